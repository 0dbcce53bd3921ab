"""docs/rules.md lists every rule a region may vote, with its meaning and its unit."""

import pytest

from config.rulebook import PAGE, page
from programmes.presets import preset


def test_the_list_of_rules_is_that_of_the_tree():
    assert PAGE.read_text() == page(), "run `python -m config.rulebook`"


@pytest.mark.parametrize(
    "path", [path for path, _term, _value in preset("normandie").rules_for(2026).leaves()]
)
def test_each_rule_is_in_the_page(path):
    assert f"| `{path}` |" in PAGE.read_text()
