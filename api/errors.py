"""Errors become answers here, and only here: a code for machines, a French sentence for people."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException

from store.tries import WINDOW, TooManyTries

log = structlog.get_logger()
MESSAGES: dict[str, tuple[int, str]] = {
    "sign_in": (401, "Connectez-vous pour continuer."),
    "wrong_password": (401, "Adresse ou mot de passe inconnus."),
    "wrong_second": (401, "Ce code n'est pas le bon, ou il a déjà servi. Attendez le suivant."),
    "wrong_recovery": (401, "Adresse ou code de secours inconnus."),
    "second_factor": (401, "Ajoutez le code à six chiffres du moment (`code`)."),
    "use_passkey": (401, "Ce compte s'ouvre avec sa clé d'accès."),
    "not_admitted": (
        403,
        "Votre identité est confirmée, mais aucun compte ne vous attend ici. "
        "Demandez à l'administrateur de votre centre de vous inviter.",
    ),
    "prove_again": (403, "Donnez encore votre mot de passe ou votre second facteur."),
    "not_proven": (403, "La connexion n'a pas abouti. Recommencez depuis la page de connexion."),
    "enrol_first": (403, "Ce compte doit d'abord activer un second facteur, sur la page /pro."),
    "foreign_form": (403, "Cette page a vieilli. Revenez en arrière, rechargez, recommencez."),
    "unknown_host": (400, "Ce service ne répond pas à cette adresse."),
    "not_found": (404, "Rien à cette adresse, ou pas pour vous."),
    "wrong_code": (404, "Ce code n'ouvre rien. Vérifiez-le avec la personne."),
    "wrong_method": (405, "Cette adresse ne se demande pas ainsi."),
    "too_slow": (408, "La demande a mis trop de temps à arriver. Réessayez."),
    "too_large": (413, "C'est trop long pour nous. Raccourcissez, puis renvoyez."),
    "bad_code": (422, "Un code a dix caractères : chiffres et lettres, sans I, L, O ni U."),
    "unknown_theme": (422, "Ce thème n'est pas un de ceux de l'annuaire."),
    "short_password": (422, "Un mot de passe a douze caractères ou plus."),
    "bad_account": (422, "Cette adresse ou ce numéro a déjà un compte, ou n'est pas lisible."),
    "empty_watch": (422, "Dites qui lit les bilans urgents, et quand."),
    "no_watcher": (
        422,
        "Ce centre n'a pas encore dit qui lit les bilans urgents, ni quand : il n'en reçoit aucun. "
        "Son administrateur le dit à la page Équipe.",
    ),
    "bad_qpv": (422, "Un code QPV ressemble à QN07501M ou QP075001."),
    "not_readable": (422, "La demande n'est pas lisible."),
    "too_many_tries": (429, "Trop d'essais. Attendez une demi-heure."),
    "provider_away": (503, "Le service d'identité ne répond pas. Réessayez dans un instant."),
    "unexpected": (500, "Un souci de notre côté. Réessayez dans un instant."),
    "busy": (503, "Trop de demandes à la fois. Réessayez dans un instant."),
}
_OF_STATUS = {401: "sign_in", 403: "foreign_form", 404: "not_found", 405: "wrong_method",
              408: "too_slow", 413: "too_large",
              429: "too_many_tries", 503: "busy"}  # fmt: skip


class Refused(Exception):
    """A request that gets no answer, by one of the codes of `MESSAGES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.status, self.message = MESSAGES[code]


def install(app: FastAPI) -> None:
    """Turn this application's errors into answers."""

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        if error.code == "sign_in" and _for_professionals(request):
            return RedirectResponse("/pro/connexion", 303, {"Cache-Control": "no-store"})
        if error.code == "prove_again":
            return RedirectResponse("/pro/compte/preuve", 303, {"Cache-Control": "no-store"})
        return answer(request, error.code)

    @app.exception_handler(TooManyTries)
    async def tries(request: Request, _: TooManyTries) -> Response:
        return answer(request, "too_many_tries", headers={"Retry-After": str(WINDOW)})

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, error: RequestValidationError) -> Response:
        # Where, never what: the values may be answers.
        where = sorted({".".join(str(part) for part in each["loc"]) for each in error.errors()})
        return answer(request, "not_readable", more=f" ({', '.join(where)})")

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        code = _OF_STATUS.get(error.status_code, "not_readable")
        more = f" ({error.detail})" if code == "not_readable" else ""
        return answer(request, code, error.status_code, more, error.headers)

    @app.exception_handler(OperationalError)
    @app.exception_handler(InterfaceError)
    async def away(request: Request, error: DBAPIError) -> Response:
        log.error("database away", error=type(error).__name__)
        return answer(request, "busy", headers={"Retry-After": "2"})

    @app.exception_handler(Exception)
    async def unexpected(request: Request, _: Exception) -> Response:
        # The server still logs it: this only answers.
        return answer(request, "unexpected")


def _for_professionals(request: Request) -> bool:
    return request.url.path.split("/")[1] in ("pro", "terrain")


def answer(
    request: Request, code: str, status: int | None = None, more: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """A refusal by one of the codes of `MESSAGES`: a page for a person, JSON for a machine."""
    usual, message = MESSAGES[code]
    by_browser = "text/html" in request.headers.get("accept", "")
    if _for_professionals(request) or (by_browser and not request.url.path.startswith("/api")):
        from api.pages.rendering import error_page

        return error_page(request, status or usual, message, headers)
    return JSONResponse(
        {"error": code, "message": message + more}, status or usual,
        {"Cache-Control": "no-store", **(headers or {})},
    )  # fmt: skip
