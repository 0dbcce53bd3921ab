"""`python -m config.rulebook` writes the list of all rules in docs/rules.md from the rule tree itself.

With --check it only says whether the list is up to date (a test asks).
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from django.utils import translation

from config.books import keep_book


PAGE = Path(__file__).resolve().parent.parent / "docs" / "rules.md"
BEGIN, END = "<!-- every rule: begin -->\n", "<!-- every rule: end -->\n"


def page() -> str:
    """docs/rules.md as it is, with the list as it should be."""
    before, _begin, rest = PAGE.read_text().partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return before + BEGIN + "".join(sections()) + END + after


def sections() -> Iterator[str]:
    """A table for each section of the tree."""
    for section, rows in groupby(_rows(), key=lambda row: row[0].partition(".")[0]):
        yield f"\n### `{section}`\n\n| rule | means | in |\n| --- | --- | --- |\n"
        yield from (f"| `{path}` | {meaning} | {unit} |\n" for path, meaning, unit in rows)
    yield "\n"


def _rows() -> Iterator[tuple[str, str, str]]:
    from programmes.presets import preset

    with translation.override(None):  # the words of the code
        for path, term, _value in preset("normandie").rules_for(2026).leaves():
            meaning = f"{term.title}. {term.note}".removesuffix(". ")
            yield path, meaning.replace("|", "\\|"), term.unit


if __name__ == "__main__":
    keep_book(PAGE, page, "config.rulebook")
