"""What an operator does from the command line for organisations and accounts."""

from __future__ import annotations

import getpass
import secrets
import sys

from app.wiring import Service, public_url
from store import access, accounts, team, trail, watching


def open_account(
    service: Service, email: str, name: str, profession: str, centre: str | None, role: str,
    rpps: str | None = None, link: bool = False, sub: str | None = None,
) -> str:  # fmt: skip
    """Create a professional's account; gives what to print.

    With `link` they choose their own password. With `rpps` Pro Santé Connect knows them, with
    `sub` another identity provider.
    """
    if rpps and not (rpps.isascii() and rpps.isdigit() and len(rpps) == 11):
        raise OSError("an RPPS number has 11 digits")
    if not name:
        raise OSError("name the person: --name")
    typed = "" if link else _typed()
    password = typed or secrets.token_urlsafe(12)
    kept = "" if link else accounts.hashed(password)
    with service.store.transaction() as tx:
        receives = access.centre_called(tx, centre) if centre else None
        who = accounts.admit(
            tx, email, name, profession, receives, role, password_hash=kept,
            subject=f"psc:{rpps}" if rpps else f"oidc:{sub}" if sub else None,
        )  # fmt: skip
        token = team.admission(tx, who, "join") if link else ""
    if link:
        return f"Account of {name} <{email}>. {_link(service, token)}"
    return f"Account of {name} <{email}>, password: {'as typed' if typed else password}"


def reset(service: Service, email: str) -> str:
    """Password, second factor, passkeys and sessions go; gives a link to begin again."""
    with service.store.transaction() as tx:
        who = team.account_at(tx, email)
        team.start_again(tx, who)
        access.audit(tx, who, "reset by operator")
        token = team.admission(tx, who, "reset")
    return _link(service, token)


def switch_off(service: Service, email: str) -> str:
    """The account ends now, with its sessions; gives what to print."""
    with service.store.transaction() as tx:
        who = team.account_at(tx, email)
        team.switch_off(tx, who)
        access.audit(tx, who, "deactivate by operator")
    return f"The account of {email} is off."


def organisations(
    service: Service, name: str | None, kind: str, watcher: str = "", hours: str = ""
) -> str:
    """Create an organisation, name who reads its urgent briefs and when, or list those there are.

    Gives what to print.
    """
    with service.store.transaction() as tx:
        known = {each.name: each for each in watching.centres(tx)}
        if name is None:
            return "\n".join(map(_line, known.values())) or "There is no organisation yet."
        if name not in known:
            centre = accounts.create_centre(tx, name, kind)
        elif watcher or hours:
            centre = known[name].id
        else:
            raise OSError(f"there is already an organisation called {name!r}")
        if watcher or hours:
            named = watching.name(tx, centre, watcher, hours)
            access.audit(tx, trail.OPERATOR, "name watcher")
            return f"{name}: urgent briefs are read by {named.who}, {named.hours}."
    return (
        f"Created: {name}. Its administrator: python -m app account ADDRESS --role admin …\n"
        "It receives no brief before it says who reads urgent ones, and when "
        "(--watcher, --hours, or its administrator's page)."
    )


def _line(centre: watching.Centre) -> str:
    return centre.name if centre.receives else f"{centre.name} (receives no brief: no watcher)"


def _typed() -> str:
    return getpass.getpass("Password (empty: one is made up): ") if sys.stdin.isatty() else ""


def _link(service: Service, token: str) -> str:
    return f"To hand over, serves once: {public_url(service.settings)}/pro/invitation/{token}"
