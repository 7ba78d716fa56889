"""Errors become answers here, and only here: a code for machines, a French sentence for people."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from store.access import TooManyTries

MESSAGES: dict[str, tuple[int, str]] = {
    "sign_in": (401, "Connectez-vous pour continuer."),
    "wrong_password": (401, "Adresse ou mot de passe inconnus."),
    "not_found": (404, "Rien à cette adresse, ou pas pour vous."),
    "bad_code": (422, "Un code a dix caractères : chiffres et lettres, sans I, L, O ni U."),
    "wrong_code": (404, "Ce code n'ouvre rien. Vérifiez-le avec la personne."),
    "too_many_tries": (429, "Trop d'essais. Attendez une demi-heure."),
    "not_readable": (422, "La demande n'est pas lisible."),
    "unexpected": (500, "Un souci de notre côté. Réessayez dans un instant."),
}


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
        if error.code == "sign_in" and _page(request):
            return RedirectResponse("/pro/connexion", 303)
        return _answer(request, error.status, error.code, error.message)

    @app.exception_handler(TooManyTries)
    async def tries(request: Request, _: TooManyTries) -> Response:
        status, message = MESSAGES["too_many_tries"]
        return _answer(request, status, "too_many_tries", message)

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, error: RequestValidationError) -> Response:
        # Where, never what: the values may be answers.
        where = sorted({".".join(str(part) for part in each["loc"]) for each in error.errors()})
        message = f"{MESSAGES['not_readable'][1]} ({', '.join(where)})"
        return _answer(request, 422, "not_readable", message)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        code = "not_found" if error.status_code == 404 else "refused"
        known = MESSAGES["not_found"][1] if code == "not_found" else str(error.detail)
        return _answer(request, error.status_code, code, known, error.headers)


def _page(request: Request) -> bool:
    return request.url.path.startswith(("/pro", "/terrain"))


def _answer(
    request: Request, status: int, code: str, message: str, headers: Any = None
) -> Response:
    if _page(request):
        from api.pages.rendering import page

        return page("error.html", request, status=status, message=message)
    return JSONResponse({"error": code, "message": message}, status, headers=headers)
