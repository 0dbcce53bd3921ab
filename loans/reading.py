"""The language a family reads in: picked on the page, remembered, else its phone's own (X2)."""

from functools import cache

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from core.languages import FRENCH, LANGUAGES, Language
from programmes.rule_tree import Signature


NEIGHBOURS = {"prs": "fa"}  # Dari is written as Persian


def offered_languages(rules: Signature) -> list[Language]:
    """The languages the region picked, in one order for all; French, which commits, is always there."""
    picked = {str(code) for code in rules.languages} | {FRENCH.code}
    return [language for code, language in LANGUAGES.items() if code in picked]


def reading_language(
    offered: list[Language], *, asked: str = "", remembered: str = "", accepted: str = ""
) -> Language:
    """The one just asked for, else the one remembered, else the first the browser accepts, else French.

    `accepted` is the header Accept-Language.
    """
    known = {language.code: language for language in offered}
    browser = (_code(name) for name, _weight in parse_accept_lang_header(accepted.lower()))
    return next((known[code] for code in (asked, remembered, *browser) if code in known), FRENCH)


def _code(name: str) -> str:
    code = name.split("-")[0]
    return NEIGHBOURS.get(code, code)


def invitations(rules: Signature) -> tuple[str, ...]:
    """One line a language, for the first message: the page speaks it too."""
    return _invitations(tuple(language.code for language in offered_languages(rules)))


@cache
def _invitations(codes: tuple[str, ...]) -> tuple[str, ...]:
    lines = []
    for code in codes:
        with translation.override(code):
            lines.append(_("Open this link to read and sign with a summary in English."))
    french = lines[codes.index(FRENCH.code)]
    return tuple(line for line in lines if line != french)
