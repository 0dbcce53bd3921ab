"""Charts: figures in, geometry out, exact and readable (DESIGN §9)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import Mark, Part, draw_curve, draw_spark, draw_stack


MONDAY = date(2026, 9, 7)


def curve(days=(), **options):
    return draw_curve(key="k", title="Signatures", summary="", days=days, **options)


def week(*rates):
    return [(date(2026, 9, 7 + n), Decimal(rate)) for n, rate in enumerate(rates)]


def test_a_curve_runs_from_the_first_day_to_the_last():
    drawn = curve(week("0", "0.5", "1"))

    assert drawn.line == "M0.00 200.00 L50.00 100.00 L100.00 0.00"
    assert drawn.area.endswith("L100.00 200 L0.00 200 Z")


def test_a_mark_after_the_last_day_leaves_room_to_the_right():
    drawn = curve(week("0", "0.5"), marks=[Mark(date(2026, 9, 11), "Livraison")])

    assert drawn.line == "M0.00 200.00 L25.00 100.00"
    assert [(mark.text, mark.x, mark.anchor) for mark in drawn.marks] == [("Livraison", Decimal(100), "end")]


def test_the_threshold_is_where_its_rate_would_be():
    drawn = curve(week("0.85", "0.85"), threshold=Decimal("0.85"), threshold_label="Seuil 85 %")

    assert drawn.threshold.y == drawn.last.y == Decimal("30.00")
    assert drawn.threshold.text == "Seuil 85 %"


def test_marks_close_together_are_written_on_different_rows():
    marks = [Mark(date(2026, 9, day), str(day)) for day in (8, 9, 10)]

    rows = [mark.y for mark in curve([*week("0"), (date(2026, 10, 7), Decimal(1))], marks=marks).marks]

    assert len(set(rows)) == 3


def test_the_last_rate_is_written_without_reaching_the_threshold_by_rounding():
    assert curve(week("0.1", "0.8499")).last.text == "84,9\u00a0%"


def test_a_curve_of_one_day_and_of_none_are_drawn():
    assert curve(week("0.5")).line == "M0 100.00"
    empty = curve()
    assert (empty.line, empty.area, empty.ticks, empty.last) == ("", "", (), None)


def test_a_curve_keeps_its_rows_for_the_table_behind():
    assert curve(week("0.1", "0.2")).rows == ((MONDAY, Decimal("0.1")), (date(2026, 9, 8), Decimal("0.2")))


def test_a_stack_is_cut_in_the_order_given_and_keeps_its_empty_parts():
    drawn = draw_stack(key="k", title="", parts=[Part("a", 3), Part("b", 0), Part("c", 1)])

    assert drawn.total == 4
    assert [(s.x, s.width) for s in drawn.segments] == [(0, 75), (75, 0), (75, 25)]


def test_a_figure_is_not_written_in_a_segment_too_narrow_for_it():
    drawn = draw_stack(key="k", title="", parts=[Part("a", 87), Part("b", 13)])

    assert [segment.is_labelled for segment in drawn.segments] == [True, False]


def test_a_stack_of_nothing_has_no_width():
    drawn = draw_stack(key="k", title="", parts=[Part("a", 0)])

    assert [(segment.width, segment.share) for segment in drawn.segments] == [(0, 0)]


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=12))
def test_the_parts_of_a_stack_fill_the_bar_and_no_more(counts):
    drawn = draw_stack(key="k", title="", parts=[Part(str(n), count) for n, count in enumerate(counts)])

    assert sum(segment.share for segment in drawn.segments) == pytest.approx(1 if sum(counts) else 0)
    assert all(segment.x + segment.width <= Decimal("100.01") for segment in drawn.segments)


def test_a_spark_line_goes_from_its_lowest_to_its_highest_value():
    drawn = draw_spark(values=[0, 5, 10], summary="en hausse")

    assert drawn.line == "M2.00 24.00 L55.00 14.00 L108.00 4.00"
    assert drawn.end == (Decimal(108), Decimal(4))


@pytest.mark.parametrize("values", [[], [3], [3, 3, 3]])
def test_a_flat_or_short_spark_line_is_drawn_too(values):
    assert draw_spark(values=values, summary="").line.count("14.00") == len(values)
