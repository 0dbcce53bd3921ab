"""The region's table as flat lines, for a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.templatetags.numbers import percent
from reports.schools_table import SchoolLine, Sums, total_of


@dataclass(frozen=True)
class FileLine:
    """A line of the file; the names are those of `SchoolResource`."""

    uai: str
    name: str
    sums: Sums
    delivery_on: date | None = None
    delivery_state: str = ""
    concerns: str = ""

    @property
    def rate(self) -> str:
        return percent(self.sums.progress.rate)


def file_lines(lines: list[SchoolLine]) -> Iterator[FileLine]:
    for line in lines:
        delivery = line.delivery
        yield FileLine(
            uai=line.school.uai if line.school else "",
            name=line.school.name if line.school else _("Without a known school"),
            sums=line.sums,
            delivery_on=delivery.on if delivery else None,
            delivery_state=delivery.get_state_display() if delivery else "",
            concerns=" ; ".join(line.concerns),
        )
    yield FileLine(uai="", name=_("Total"), sums=total_of(lines))
