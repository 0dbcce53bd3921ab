"""The page in the reader's language: picked by a link, remembered in a cookie; no script, nothing in the base."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from core.languages import FRENCH, LANGUAGES, Language
from loans.models import SigningLink
from loans.reading import offered_languages, reading_language


COOKIE = "cartable_langue"
COOKIE_AGE = 365 * 24 * 3600  # seconds: the choice outlives the link
PARAMETER = "langue"


def answered_in_language(
    request: HttpRequest, offered: list[Language], answer: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """The answer, made in the language of this reader; one asked for by name is remembered."""
    language = language_of_reader(request, offered)
    with translation.override(language.code):
        response = answer()
    response.headers.setdefault("Content-Language", language.tag)
    if request.GET.get(PARAMETER) == language.code:
        remember_language(response, language)
    return response


def written_in_french() -> AbstractContextManager[None]:
    """Around an act that writes to somebody else than its reader: to the other parent, the school, the helpline."""
    return translation.override(FRENCH.code)


def in_french(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of a family that exists in French only: it says so to the browser, whatever was picked."""

    @wraps(view)
    def french(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(FRENCH.code):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = FRENCH.tag
        return response

    return french


def offered_to(link: SigningLink | None) -> list[Language]:
    """What the region of this family picked; every language while we do not know whose page it is."""
    return offered_languages(link.convention.campaign.rule_tree.signature) if link else [*LANGUAGES.values()]


def language_of_reader(request: HttpRequest, offered: list[Language]) -> Language:
    return reading_language(
        offered,
        asked=request.GET.get(PARAMETER, ""),
        remembered=request.COOKIES.get(COOKIE, ""),
        accepted=request.headers.get("Accept-Language", ""),
    )


def remember_language(response: HttpResponseBase, language: Language) -> None:
    response.set_cookie(
        COOKIE,
        language.code,
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
