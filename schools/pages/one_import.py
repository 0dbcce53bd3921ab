"""All that the page of one import shows: what it did or would do, who decided, and who may."""

from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from schools.enums import DifferenceKind, FindingLevel, ImportState, RevertState
from schools.imports.deciding import is_for_another
from schools.models import EnrolmentImport, ImportDifference, ImportFinding, ImportRevert


LINES = 50
COLLEAGUES = 5
SOURCES = {"table": _("a filled table")}
"""Names of sources that are no proper names."""
TITLES = {
    FindingLevel.BLOCKING: _("Blocks a laptop"),
    FindingLevel.WARNING: _("To mend when you can"),
    FindingLevel.NOTE: _("Good to know"),
}


@dataclass(frozen=True)
class Tab:
    """One kind of lines, with how many there are."""

    kind: str
    label: str
    count: int


@dataclass(frozen=True)
class Level:
    """The findings of one gravity, the most frequent first; what needs nothing done is folded behind the others."""

    title: str
    rows: list[ImportFinding]
    is_folded: bool

    @property
    def times(self) -> int:
        return sum(row.repeat_count for row in self.rows)


@dataclass(frozen=True)
class ImportPage:
    """`mine` says that the reader sent the file or asked the question: `colleagues` of the region may decide.

    `is_forgotten`: the lines that were there for the decision are deleted, their time being over.
    """

    tabs: list[Tab]
    kind: str
    page: Any
    may_decide: bool
    mine: bool
    source: str
    findings: list[Level]
    colleagues: list[User] = field(default_factory=list)
    revert: ImportRevert | None = None
    is_last: bool = False
    is_forgotten: bool = False


def page_of(imported: EnrolmentImport, user: User, *, kind: str, number: str) -> ImportPage:
    """`imported` comes from `visible_to(user)`."""
    tabs = _tabs(imported)
    kind = kind if kind in [tab.kind for tab in tabs] else _longest(tabs)
    revert = imported.reverts.select_related("asked_by", "decided_by").first()
    decides = user.has_role(Role.REGION)
    mine = decides and _is_mine(imported, revert, user)
    return ImportPage(
        tabs=tabs,
        kind=kind,
        page=Paginator(_lines(imported, kind), LINES).get_page(number),
        may_decide=decides,
        mine=mine,
        source=str(SOURCES.get(imported.source, imported.source.upper())),
        findings=_findings(imported),
        colleagues=colleagues_of(user) if mine else [],
        revert=revert,
        is_last=decides and _is_last(imported),
        is_forgotten=not tabs and _was_held(imported),
    )


def _findings(imported: EnrolmentImport) -> list[Level]:
    """By gravity, the worst first; each finding is one row however often it was met."""
    rows = list(imported.findings.order_by("-repeat_count", "code"))
    found = [(level, [row for row in rows if row.level == level]) for level in TITLES]
    several = sum(bool(of_level) for _level, of_level in found) > 1
    return [
        Level(str(TITLES[level]), of_level, several and level == FindingLevel.NOTE)
        for level, of_level in found
        if of_level
    ]


def _tabs(imported: EnrolmentImport) -> list[Tab]:
    found = imported.differences.order_by().values_list("kind").annotate(count=Count("pk"))
    counts: dict[str, int] = dict(found)
    return [Tab(kind.value, str(kind.label), counts[kind]) for kind in DifferenceKind if kind in counts]


def _longest(tabs: list[Tab]) -> str:
    return max(tabs, key=lambda tab: tab.count).kind if tabs else ""


def _lines(imported: EnrolmentImport, kind: str) -> QuerySet[ImportDifference]:
    return imported.differences.filter(kind=kind).order_by("class_code", "name", "pk")


def _was_held(imported: EnrolmentImport) -> bool:
    decided = imported.log.filter(to_state__in=(ImportState.APPLIED, ImportState.REJECTED))
    return imported.state != ImportState.HELD and decided.exists()


def _is_mine(imported: EnrolmentImport, revert: ImportRevert | None, user: User) -> bool:
    if imported.state == ImportState.HELD:
        return is_for_another(imported, user)
    return revert is not None and revert.state == RevertState.ASKED and revert.asked_by_id == user.pk


def colleagues_of(user: User) -> list[User]:
    """Others of the region, to whom a reader who may not decide is sent."""
    region = User.objects.filter(role=Role.REGION, is_active=True).exclude(pk=user.pk)
    return list(region.order_by("last_name", "first_name")[:COLLEAGUES])


def _is_last(imported: EnrolmentImport) -> bool:
    """Whether this applied file can be undone: nothing was applied after it, and what it replaced is known."""
    if imported.state != ImportState.APPLIED or imported.links_before is None:
        return False
    later = EnrolmentImport.objects.filter(
        school=imported.school_id, campaign=imported.campaign_id, state=ImportState.APPLIED
    )
    return not later.filter(applied_at__gt=imported.applied_at).exists()
