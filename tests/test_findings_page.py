"""docs/findings.md says what the catalogues say, and no finding goes untested."""

from itertools import chain
from pathlib import Path

import pytest
from django.utils.translation import override

from config.findingsbook import PAGE, kinds_of, page, sections
from core.findings import Level


TESTS = "".join(path.read_text() for path in Path(__file__).parent.rglob("*.py"))
KINDS = {kind.code: kind for kind in chain.from_iterable(kinds_of(module) for _title, module in sections())}


def test_the_page_of_findings_is_up_to_date():
    assert PAGE.read_text() == page(), "run `python -m config.findingsbook`"


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_finding_has_a_test_that_names_it(code):
    assert f'"{code}"' in TESTS


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_finding_that_must_be_mended_says_how(code):
    kind = KINDS[code]
    with override("fr"):
        assert str(kind.sentence)
        assert str(kind.remedy) or kind.level in {Level.NOTE, Level.WARNING}
