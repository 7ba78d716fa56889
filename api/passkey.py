"""WebAuthn, as we ask for it: a key the device finds by itself, whose owner it has checked.

Loaded where it is used: the library takes a quarter of a second.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

_BAD = (WebAuthnException, ValueError, KeyError, TypeError)


def site(public_url: str) -> str:
    """The name a passkey belongs to."""
    return urlsplit(public_url).hostname or ""


def ask_new(
    public_url: str, who: str, email: str, name: str, known: Iterable[bytes]
) -> tuple[bytes, str]:
    """What a browser needs to make a passkey: (challenge, JSON)."""
    made = generate_registration_options(
        rp_id=site(public_url), rp_name="Avant-bilan", user_name=email, user_id=who.encode(),
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(each) for each in known],
    )  # fmt: skip
    return made.challenge, options_to_json(made)


def made(
    public_url: str, answered: dict[str, Any], challenge: bytes
) -> VerifiedRegistration | None:
    """The passkey just made, or None when something about it is not right."""
    try:
        return verify_registration_response(
            credential=answered, expected_challenge=challenge, expected_rp_id=site(public_url),
            expected_origin=_origin(public_url), require_user_verification=True,
        )  # fmt: skip
    except _BAD:
        return None


def ask(public_url: str) -> tuple[bytes, str]:
    """What a browser needs to show a passkey: (challenge, JSON)."""
    made = generate_authentication_options(
        rp_id=site(public_url), user_verification=UserVerificationRequirement.REQUIRED
    )
    return made.challenge, options_to_json(made)


def shown(
    public_url: str, answered: dict[str, Any], challenge: bytes, public_key: bytes, count: int
) -> VerifiedAuthentication | None:
    """What a passkey proved, or None: a signature, a site or a counter is not right."""
    try:
        return verify_authentication_response(
            credential=answered, expected_challenge=challenge, expected_rp_id=site(public_url),
            expected_origin=_origin(public_url), credential_public_key=public_key,
            credential_current_sign_count=count, require_user_verification=True,
        )  # fmt: skip
    except _BAD:
        return None


def _origin(public_url: str) -> str:
    parts = urlsplit(public_url)
    return f"{parts.scheme}://{parts.netloc}"
