"""Charts without scripts: figures in, geometry out; `templates/components/chart_*.html` draw it as SVG.

Pure and exact (Decimal, never float). Across, lengths are percentages of the width, so that words keep their size
on a phone; down, they are pixels of a fixed height. Each drawing keeps its rows, shown as a table behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from django.utils.dateformat import format as date_words

from core.templatetags.numbers import percent


HUNDREDTH = Decimal("0.01")
CURVE_HEIGHT = 200  # pixels of the plot
SPARK_WIDTH, SPARK_HEIGHT = 112, 28
TICK_COUNT = 3  # words under the axis that still fit on a phone
MARK_ROWS = (-10, -28, -46)  # pixels above the plot
MARK_GAP = Decimal(44)  # per cent of a phone's width under which two marks' words would touch
NARROWEST_LABELLED = Decimal(14)  # per cent of the width in which a figure still fits


@dataclass(frozen=True)
class Mark:
    """A day worth a vertical line: « Aujourd’hui », « Contrôle J−7 »."""

    on: date
    label: str


@dataclass(frozen=True)
class Part:
    """A share of a whole, e.g. the pupils in one state; `tone` is a tone of the style sheet."""

    label: str
    count: int
    tone: str = "neutral"
    url: str = ""


@dataclass(frozen=True)
class Bar:
    """A line of a bar list; `rate` is its length between 0 and 1, `figure` what is written beside it."""

    label: str
    rate: Decimal
    figure: str
    url: str = ""


@dataclass(frozen=True)
class Words:
    """Words placed on a drawing: `x` in per cent, `y` in pixels, `anchor` as in SVG."""

    text: str
    x: Decimal
    y: Decimal
    anchor: str = "middle"


@dataclass(frozen=True)
class Curve:
    """A rate over days. Paths are in a box of 100 × `height`."""

    key: str
    title: str
    summary: str
    height: int
    line: str
    area: str
    levels: tuple[Words, ...]
    ticks: tuple[Words, ...]
    marks: tuple[Words, ...]
    threshold: Words | None
    last: Words | None
    rows: tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True)
class Segment:
    part: Part
    x: Decimal
    width: Decimal
    share: Decimal
    is_labelled: bool

    @property
    def middle(self) -> Decimal:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Stack:
    """A whole and its parts, in the order given; `total` is their sum."""

    key: str
    title: str
    total: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Spark:
    """A tiny line: the shape of the last values, said in words by `summary`."""

    summary: str
    width: int
    height: int
    line: str
    end: tuple[Decimal, Decimal]


def draw_curve(
    *,
    key: str,
    title: str,
    summary: str,
    days: Sequence[tuple[date, Decimal]],
    threshold: Decimal | None = None,
    threshold_label: str = "",
    marks: Sequence[Mark] = (),
) -> Curve:
    """The curve of a rate (0 to 1) over days in order; the axis runs from the first to the last day or mark."""
    every_day = [day for day, _ in days] + [mark.on for mark in marks]
    first, last = (min(every_day), max(every_day)) if every_day else (date.min, date.min)
    points = [(_across(day, first, last), _down(rate)) for day, rate in days]
    return Curve(
        key=key,
        title=title,
        summary=summary,
        height=CURVE_HEIGHT,
        line=_path(points),
        area=_area(points),
        levels=tuple(
            Words(percent(Decimal(n) / 4), Decimal(0), _down(Decimal(n) / 4), "end") for n in range(5)
        ),
        ticks=_ticks(first, last) if every_day else (),
        marks=_marks(marks, first, last),
        threshold=Words(threshold_label, Decimal(0), _down(threshold), "start")
        if threshold is not None
        else None,
        last=Words(percent(days[-1][1]), *points[-1], _anchor(points[-1][0])) if days else None,
        rows=tuple(days),
    )


def draw_stack(*, key: str, title: str, parts: Sequence[Part]) -> Stack:
    """One bar cut into its parts; empty parts stay in the legend. An empty whole has no segment width."""
    total = sum(part.count for part in parts)
    ends = accumulate(part.count for part in parts)
    segments = (_segment(part, end - part.count, total) for part, end in zip(parts, ends, strict=True))
    return Stack(key, title, total, tuple(segments))


def draw_spark(*, values: Sequence[Decimal | int], summary: str) -> Spark:
    """The shape of a series from its lowest to its highest value; a flat one runs along the middle."""
    low, high = min(values, default=Decimal(0)), max(values, default=Decimal(0))
    span, steps = Decimal(high - low), max(len(values) - 1, 1)
    points = [
        (
            _rounded(Decimal(2) + Decimal(n * (SPARK_WIDTH - 6)) / steps),
            _rounded(
                SPARK_HEIGHT
                - 4
                - (Decimal(value - low) / span if span else Decimal("0.5")) * (SPARK_HEIGHT - 8)
            ),
        )
        for n, value in enumerate(values)
    ]
    end = points[-1] if points else (Decimal(0), Decimal(SPARK_HEIGHT))
    return Spark(summary, SPARK_WIDTH, SPARK_HEIGHT, _path(points), end)


def _rounded(length: Decimal) -> Decimal:
    return length.quantize(HUNDREDTH)


def _across(day: date, first: date, last: date) -> Decimal:
    span = (last - first).days
    return _rounded(Decimal((day - first).days * 100) / span) if span else Decimal(0)


def _down(rate: Decimal) -> Decimal:
    return _rounded((1 - min(max(rate, Decimal(0)), Decimal(1))) * CURVE_HEIGHT)


def _anchor(x: Decimal) -> str:
    """Which side words grow to, so that none leaves the drawing."""
    return "start" if x < 12 else "end" if x > 88 else "middle"


def _path(points: Sequence[tuple[Decimal, Decimal]]) -> str:
    return " ".join(f"{'L' if n else 'M'}{x} {y}" for n, (x, y) in enumerate(points))


def _area(points: Sequence[tuple[Decimal, Decimal]]) -> str:
    if not points:
        return ""
    return f"{_path(points)} L{points[-1][0]} {CURVE_HEIGHT} L{points[0][0]} {CURVE_HEIGHT} Z"


def _ticks(first: date, last: date) -> tuple[Words, ...]:
    span = (last - first).days
    count = min(TICK_COUNT, span + 1)
    days = [first + timedelta(days=span * n // max(count - 1, 1)) for n in range(count)]
    return tuple(
        Words(date_words(day, "j N"), x, Decimal(CURVE_HEIGHT + 22), _anchor(x))
        for day in days
        for x in [_across(day, first, last)]
    )


def _marks(marks: Sequence[Mark], first: date, last: date) -> tuple[Words, ...]:
    """Marks in order, each in the lowest row where its words touch no other (the top row if none is free)."""
    placed: list[Words] = []
    for mark in sorted(marks, key=lambda mark: mark.on):
        x = _across(mark.on, first, last)
        taken = {words.y for words in placed if x - words.x < MARK_GAP}
        row = next((y for y in MARK_ROWS if y not in taken), MARK_ROWS[-1])
        placed.append(Words(mark.label, x, Decimal(row), _anchor(x)))
    return tuple(placed)


def _segment(part: Part, start: int, total: int) -> Segment:
    share = Decimal(part.count) / total if total else Decimal(0)
    x = Decimal(start * 100) / total if total else Decimal(0)
    width = share * 100
    return Segment(part, _rounded(x), _rounded(width), share, width >= NARROWEST_LABELLED)
