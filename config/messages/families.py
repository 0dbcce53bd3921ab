"""The other languages of families' pages: `locale/<code>/*.po`, only the sentences those pages ask for.

English sentences are the keys, so English needs no file. A sentence without translation is read in French.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.messages.catalogue import PLACEHOLDER, Entry, Key, read_catalogue
from config.messages.extraction import BASE_DIR, asked_in


LOCALE = BASE_DIR / "locale"
# How many forms a plural has, and which one a number takes (GNU gettext, Unicode CLDR).
SLAVIC = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
)
TWO, FROM_TWO = "nplurals=2; plural=(n != 1);", "nplurals=2; plural=(n > 1);"
PLURALS = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
    "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
    "tr": TWO,
    "pt": TWO,
    "es": TWO,
    "uk": SLAVIC,
    "ru": SLAVIC,
    "zh": "nplurals=1; plural=0;",
    "fa": FROM_TWO,
    "ps": TWO,
    "ti": FROM_TWO,
}
FAMILY_PAGES = (
    "templates/base.html",
    "templates/base_public.html",
    "templates/components/back.html",
    "templates/components/confirmation.html",
    "templates/components/error_summary.html",
    "templates/components/help.html",
    "templates/components/stepper.html",
    "templates/components/timeline_step.html",
    "templates/django/forms/*.html",
    "templates/distribution/family/*.html",
    "templates/loans/family/*.html",
    "templates/support/oppose.html",
    "distribution/calendar_file.py",
    "distribution/follow_up.py",
    "distribution/laptop_story.py",
    "loans/asking_again.py",
    "loans/codes.py",
    "loans/essentials.py",
    "loans/forms/family.py",
    "loans/helpline.py",
    "loans/links.py",
    "loans/obstacles.py",
    "loans/other_phone.py",
    "loans/reading.py",
    "loans/refusing.py",
    "loans/signing.py",
    "loans/views/family/*.py",
    "support/family_forms.py",
)
FRENCH_ONLY = {
    "templates/loans/family/proof.html",  # the proof file is read as it was made
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a language is: sentences asked for, translated, still to be read by a person, missing."""

    code: str
    translated: int
    to_review: int
    missing: list[str]


def family_sentences() -> dict[Key, str]:
    """Each sentence of families' pages, with one place that asks for it."""
    found: dict[Key, str] = {}
    for path in _pages():
        for key in asked_in(path):
            found.setdefault(key, str(path.relative_to(BASE_DIR)))
    return found


def _pages() -> Iterator[Path]:
    for pattern in FAMILY_PAGES:
        for path in sorted(BASE_DIR.glob(pattern)):
            if str(path.relative_to(BASE_DIR)) not in FRENCH_ONLY:
                yield path


def language_entries(code: str, locale: Path = LOCALE) -> list[Entry]:
    """What `locale/<code>/` says: the family's sentences, and the names of days and months Django lacks."""
    return [entry for path in sorted((locale / code).glob("*.po")) for entry in read_catalogue(path)]


def progress_of(code: str) -> Progress:
    known = {entry.key: entry for entry in language_entries(code)}
    asked = family_sentences()
    return Progress(
        code,
        translated=sum(key in known for key in asked),
        to_review=sum(known[key].is_to_review for key in asked if key in known),
        missing=[f"{place}: no {code} for {key.msgid!r}" for key, place in asked.items() if key not in known],
    )


def family_problems() -> Iterator[str]:
    """What would break a page: a lost placeholder, a plural short of a form, an empty or unused sentence."""
    asked = family_sentences()
    for code, plurals in PLURALS.items():
        forms = int(plurals.removeprefix("nplurals=")[0])
        for entry in language_entries(code):
            problem = _problem(entry, forms)
            if problem is None and entry.place.startswith("family.po") and entry.key not in asked:
                problem = f"no page asks for {entry.key.msgid!r}"
            if problem:
                yield f"{code}/{entry.place}: {problem}"


def _problem(entry: Entry, forms: int) -> str | None:
    texts = entry.translations
    if not all(texts):
        return f"an empty translation of {entry.key.msgid!r}"
    if entry.key.plural is not None and len(texts) != forms:
        return f"{forms} plural forms are needed for {entry.key.msgid!r}"
    wanted = set(PLACEHOLDER.findall(entry.key.plural or entry.key.msgid))
    if set(PLACEHOLDER.findall(texts[-1])) != wanted:
        return f"the translation must have {', '.join(sorted(wanted)) or 'no placeholder'}"
    return None
