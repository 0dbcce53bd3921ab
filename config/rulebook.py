"""`python -m config.rulebook` writes the list of all rules in docs/rules.md from the rule tree itself.

With --check it only says whether the list is up to date (a test asks).
"""

import os
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import django
from django.utils import translation

from config.embedded import use_embedded_servers


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


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    use_embedded_servers()
    django.setup()
    if "--check" not in sys.argv:
        PAGE.write_text(page())
    elif PAGE.read_text() != page():
        sys.exit("docs/rules.md is out of date: run `python -m config.rulebook`.")


if __name__ == "__main__":
    main()
