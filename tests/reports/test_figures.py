"""Invariant 9 and X11: every figure opens its rows, and the region's count is the sum of its schools'."""

import pytest

from reports.figures import FIGURES
from reports.row_lists import rows_to_show
from reports.schools_table import school_lines, total_of
from tests.reports.world import scope_of


EXPECTED = {
    "schools": 2,
    "eligible": 17,  # Alix, Noé, ten of the Tilleuls, four of the Rivage
    "expected": 16,  # the family that refused is left out: gate.refusals_leave_denominator
    "signed": 7,
    "awaited": 9,
    "unreachable": 1,
    "equipped": 4,
    "in_repair": 1,
    "returns": 1,
    "late_returns": 1,
    "tickets": 3,
    "tickets_for_school": 1,
    "held_imports": 2,
    "deliveries": 1,
}


@pytest.mark.parametrize("code", FIGURES)
def test_a_figure_counts_what_its_definition_says(full, code):
    assert FIGURES[code].count(scope_of(full)) == EXPECTED[code]


@pytest.mark.parametrize("code", FIGURES)
def test_the_total_is_the_sum_of_the_split_by_school(full, code):
    figure, scope = FIGURES[code], scope_of(full)
    assert sum(figure.by_school(scope).values()) == figure.count(scope)


@pytest.mark.parametrize("code", FIGURES)
def test_each_school_s_own_page_counts_its_part(full, code):
    figure, scope = FIGURES[code], scope_of(full)
    by_school = figure.by_school(scope)
    for school in (full.tilleuls, full.rivage):
        assert figure.count(scope.of(school)) == by_school.get(school.pk, 0)


@pytest.mark.parametrize("code", FIGURES)
def test_a_figure_opens_as_many_rows_as_it_counts(full, code):
    figure, scope = FIGURES[code], scope_of(full)
    assert len(rows_to_show(figure, scope)) == figure.count(scope)


def test_the_last_line_of_the_table_is_what_the_figures_say(full):
    scope = scope_of(full)
    total = total_of(school_lines(scope))
    counted = {code: figure.count(scope) for code, figure in FIGURES.items()}
    assert total.progress.eligible_count == counted["eligible"]
    assert total.progress.expected_count == counted["expected"]
    assert total.progress.signed_count == counted["signed"]
    assert total.progress.waiting_count == counted["awaited"]
    assert total.progress.unreachable_count == counted["unreachable"]
    assert total.progress.equipped_count == counted["equipped"]
    assert total.tickets_count == counted["tickets"]
    assert total.held_count == counted["held_imports"]
    assert total.returns_count == counted["returns"]


def test_every_figure_has_a_definition(full):
    assert all(str(figure.definition).endswith(".") for figure in FIGURES.values())
