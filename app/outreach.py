"""What an operator does from the command line for outreach workers."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile

import locales
from app.wiring import Service, public_url
from restitution import documents
from store import access, outreach
from store.watching import receiving


def invite(
    service: Service, place: str, qpv: str | None, centre: str | None, cards: int, out: Path,
    practitioner: str | None = None,
) -> str:  # fmt: skip
    """Make a campaign and its PDFs in `out`; gives what to print on the terminal.

    Raises `OSError` with a line for the operator, before anything is made.
    """
    _writable(out)
    base = public_url(service.settings)
    with service.store.transaction() as tx:
        receives = receiving(tx, access.centre_called(tx, centre)) if centre else None
        who = access.account_called(tx, practitioner) if practitioner else None
        campaign = outreach.create_campaign(tx, place, qpv, receives, practitioner=who)
        tokens = outreach.create_invitations(tx, campaign.id, cards) if cards else []
    link = f"{base}/r/{campaign.token}"
    poster = out / f"affiche-{campaign.token}.pdf"
    poster.write_bytes(documents.poster_pdf(place, link, locales.written()))
    lines = [f"Campaign: {place}", f"Link: {link}", f"Poster: {poster}"]
    if tokens:
        sheet = out / f"cartes-{campaign.token}.pdf"
        sheet.write_bytes(documents.cards_pdf(place, [f"{base}/r/{each}" for each in tokens]))
        lines.append(f"Cards ({len(tokens)}, shown once): {sheet}")
    return "\n".join(lines)


def _writable(folder: Path) -> None:
    """The folder is there, and takes files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise OSError(f"{folder} takes no file ({why}): name another folder with --out") from None
