"""docs/trust.md and the marks of the tests say the same."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from django.conf import settings

from tests.sources import python_files, source_of


ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
PAGE = settings.BASE_DIR / "docs" / "trust.md"


def rows_told() -> dict[int, set[str]]:
    """Row → the files the page names."""
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len(found) == len({number for number, *_words in found})
    return {
        int(number): set(re.findall(r"`([^`]+\.py)`", proofs)) for number, _fault, _answer, proofs in found
    }


def rows_marked() -> dict[int, set[str]]:
    """Row → the files with a test that bears its mark."""
    found: dict[int, set[str]] = defaultdict(set)
    for path in python_files("tests", "benchmarks"):
        for number in _marks(path):
            found[number].add(path.as_posix())
    return dict(found)


def _marks(path: Path) -> set[int]:
    calls = (node for node in ast.walk(ast.parse(source_of(path))) if isinstance(node, ast.Call))
    return {
        argument.value
        for call in calls
        if ast.unparse(call.func) == "pytest.mark.trust"
        for argument in call.args
    }


def test_each_row_of_the_page_is_proved_where_it_says_and_each_mark_is_told():
    assert rows_told() == rows_marked()


def test_the_rows_are_in_order():
    told = list(rows_told())
    assert told == sorted(told)
