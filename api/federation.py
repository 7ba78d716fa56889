"""Signing in with an identity provider (OpenID Connect): Pro Santé Connect, or any other.

Authorization code with PKCE (S256), state, nonce and the `iss` parameter (RFC 9207). What the
provider says is believed only once signature, issuer, audience, times, nonce and level are right.
Access and refresh tokens are used at once and never kept.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.integrations.base_client.errors import OAuthError as AuthlibError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2 import OAuth2Error
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.identity import Away, Identity, NotProven, Provider, Secrets

ALGORITHMS = ["RS256", "PS256", "ES256"]
"""Never « none », and never a secret shared with the client."""
LEVELS = ("eidas1", "eidas2", "eidas3")
"""Pro Santé Connect is asked for the first; a higher one is as good."""
LEEWAY = 30
"""Seconds two clocks may differ."""
TIMEOUT = 10


@dataclass
class Federation:
    """One provider; its description is read once."""

    provider: Provider
    back: str
    """Where people come back to."""
    _about: dict[str, Any] = field(default_factory=dict)

    async def way_out(self, secrets: Secrets) -> str:
        """The address to send the browser to. Raises `Away`."""
        psc = self.provider.profile == "psc"
        async with self._client() as client:
            about = await self._described(client)
            more = {"acr_values": "eidas1"} if psc else {}
            address, _ = client.create_authorization_url(
                about["authorization_endpoint"], state=secrets.state, nonce=secrets.nonce,
                code_verifier=secrets.verifier, **more,
            )  # fmt: skip
        return str(address)

    async def identity(self, came: dict[str, str], secrets: Secrets, now: float) -> Identity:
        """Who came back. Raises `NotProven` or `Away`."""
        if not hmac.compare_digest(came.get("state", "").encode(), secrets.state.encode()):
            raise NotProven("state")
        async with self._client() as client:
            about = await self._described(client)
            told = about.get("authorization_response_iss_parameter_supported", False)
            if (told or "iss" in came) and came.get("iss") != self.provider.issuer:
                raise NotProven("iss")
            if "error" in came or "code" not in came:
                raise NotProven("no code")
            tokens = await self._tokens(client, about, came["code"], secrets)
            claims = await self._claims(client, about, tokens, secrets, now)
            subject = await self._subject(client, about, claims)
        return Identity(subject, tokens["id_token"])

    async def way_home(self, id_token: str, after: str) -> str | None:
        """Where signing out is told to the provider, if it wants to know."""
        async with self._client() as client:
            endpoint = (await self._described(client)).get("end_session_endpoint")
        asked = {"id_token_hint": id_token, "post_logout_redirect_uri": after}
        return f"{endpoint}?{urlencode(asked)}" if endpoint else None

    # -- steps ---------------------------------------------------------------------------------

    def _client(self) -> AsyncOAuth2Client:
        scope = "openid scope_all" if self.provider.profile == "psc" else "openid"
        return AsyncOAuth2Client(
            self.provider.client_id, self.provider.client_secret, scope=scope,
            redirect_uri=self.back, code_challenge_method="S256", timeout=TIMEOUT,
            transport=self.provider.transport, follow_redirects=False,
        )  # fmt: skip

    async def _described(self, client: AsyncOAuth2Client) -> dict[str, Any]:
        if not self._about:
            issuer = self.provider.issuer
            about = await _get(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if about.get("issuer") != issuer:
                raise Away("the provider's description names another issuer")
            self._about = about
        return self._about

    async def _tokens(
        self, client: AsyncOAuth2Client, about: dict[str, Any], code: str, secrets: Secrets
    ) -> dict[str, Any]:
        try:
            found = await client.fetch_token(
                about["token_endpoint"], code=code, code_verifier=secrets.verifier
            )
        except (OAuth2Error, AuthlibError):
            raise NotProven("code") from None
        except (httpx2.HTTPError, ValueError):
            raise Away("token endpoint") from None
        if not isinstance(found.get("id_token"), str):
            raise NotProven("no id_token")
        return dict(found)

    async def _claims(
        self, client: AsyncOAuth2Client, about: dict[str, Any], tokens: dict[str, Any],
        secrets: Secrets, now: float,
    ) -> dict[str, Any]:  # fmt: skip
        keys = KeySet.import_key_set(await _get(client, about["jwks_uri"]))  # type: ignore[arg-type]
        wanted = jwt.JWTClaimsRegistry(
            now=int(now), leeway=LEEWAY,
            iss={"essential": True, "value": self.provider.issuer},
            aud={"essential": True, "value": self.provider.client_id},
            sub={"essential": True}, exp={"essential": True}, iat={"essential": True},
            nonce={"essential": True, "value": secrets.nonce},
        )  # fmt: skip
        try:
            claims = jwt.decode(tokens["id_token"], keys, algorithms=ALGORITHMS).claims
            wanted.validate(claims)
        except (JoseError, ValueError) as error:
            raise NotProven(getattr(error, "claim", None) or type(error).__name__) from None
        if claims["aud"] not in (self.provider.client_id, [self.provider.client_id]):
            raise NotProven("aud")
        if self.provider.profile == "psc" and claims.get("acr") not in LEVELS:
            raise NotProven("acr")
        return dict(claims)

    async def _subject(
        self, client: AsyncOAuth2Client, about: dict[str, Any], claims: dict[str, Any]
    ) -> str:
        if self.provider.profile == "oidc":
            return f"oidc:{claims['sub']}"
        told = await _get(client, about["userinfo_endpoint"], public=False)
        if told.get("sub") != claims["sub"]:
            raise NotProven("userinfo")
        return f"psc:{rpps(str(told.get('SubjectNameID', '')))}"


def rpps(national: str) -> str:
    """The RPPS number within a national id: what follows the leading 8. Raises `NotProven`."""
    number = national.removeprefix("8")
    if not (national.startswith("8") and len(number) == 11 and number.isascii()
            and number.isdigit()):  # fmt: skip
        raise NotProven("SubjectNameID")
    return number


async def _get(client: AsyncOAuth2Client, address: str, public: bool = True) -> dict[str, Any]:
    try:
        answer = await client.request("GET", address, withhold_token=public)
        answer.raise_for_status()
        found = answer.json()
    except (httpx2.HTTPError, ValueError, OAuth2Error, AuthlibError):
        raise Away(address) from None
    if not isinstance(found, dict):
        raise Away(address)
    return found
