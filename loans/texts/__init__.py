"""The text of the convention, written from the rules, so that what is signed is what is applied. Pure.

The official text is French, whatever the language of the pages around it: it is data for the interface, like the
rules it comes from, and never goes through gettext. What the text leaves out on purpose is in `loans.texts.unsaid`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator

from loans.texts.charges import charges
from loans.texts.objects import care, kit
from loans.texts.parties import Parties, purpose, signature
from loans.texts.practical import practical
from loans.texts.privacy import privacy
from loans.texts.repairs import repairs
from loans.texts.returns import departures, duration
from loans.texts.theft import theft
from loans.wording import typeset
from programmes.rule_tree import Rules


__all__ = [
    "Parties",
    "Section",
    "binding",
    "convention_sections",
    "informing",
    "same_terms",
    "sections_sha256",
]

Section = dict[str, object]
Article = tuple[str, Iterable[str], bool]


def convention_sections(rules: Rules, parties: Parties) -> list[Section]:
    """The articles of the text, in order; one that only informs says so: `binds` is false."""
    return [
        {
            "title": typeset(f"Article {rank} – {title}"),
            "paragraphs": [typeset(paragraph) for paragraph in paragraphs],
            "binds": binds,
        }
        for rank, (title, paragraphs, binds) in enumerate(_articles(rules, parties), start=1)
    ]


def sections_sha256(sections: list[Section]) -> str:
    """The SHA-256 of the sections in one canonical JSON form: what the signer is bound to."""
    text = json.dumps(sections, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def binding(sections: list[Section]) -> list[Section]:
    """The articles that bind; the others only inform."""
    return [section for section in sections if section.get("binds", True)]


def informing(sections: list[Section]) -> list[Section]:
    """The articles that only inform."""
    return [section for section in sections if not section.get("binds", True)]


def same_terms(first: list[Section], second: list[Section]) -> bool:
    """Whether two texts bind to the same things: a new telephone number changes no obligation."""
    return binding(first) == binding(second)


def _articles(rules: Rules, parties: Parties) -> Iterator[Article]:
    """The table of contents: title, paragraphs, whether the article binds."""
    yield "Objet", purpose(rules, parties), True
    yield "L’ordinateur et son contenu", kit(rules, parties), True
    yield "Durée", duration(rules, parties), True
    yield "Signature", signature(rules), True
    yield "Soin et usage", care(rules, parties), True
    yield "Panne et casse", repairs(rules, parties), True
    yield "Vol et perte", theft(rules), True
    yield f"Départ du {parties.school} et retour de l’ordinateur", departures(rules, parties), True
    yield "Ce qui peut être demandé à la famille", charges(rules, parties), True
    yield "Données personnelles", privacy(rules, parties), False
    yield "Signer et être aidé", practical(rules, parties), False
