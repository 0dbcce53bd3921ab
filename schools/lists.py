"""Lists of schools and of imports, searched and filtered."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from programmes.models import Campaign
from schools.enums import FindingLevel, ImportState
from schools.models import EnrolmentImport, ImportBatch, ImportFinding, School, SchoolMembership


BATCHES_SHOWN = 10


def schools_to_list(user: User, campaign: Campaign | None, filters: dict[str, Any]) -> QuerySet[School]:
    """Schools this user sees, with `joined_on`, `staff_count`, `last_import_at` and `last_import_state`."""
    found = School.objects.visible_to(user)
    if words := filters.get("q", "").strip():
        found = found.filter(Q(name__icontains=words) | Q(city__icontains=words) | Q(uai__iexact=words))
    if kind := filters.get("kind"):
        found = found.filter(kind=kind)
    if department := filters.get("department"):
        found = found.filter(department=department)
    membership = SchoolMembership.objects.filter(campaign=campaign, school=OuterRef("pk"), ended_on=None)
    imports = EnrolmentImport.objects.filter(campaign=campaign, school=OuterRef("pk")).order_by(
        "-received_at"
    )
    return found.annotate(
        membership_id=Subquery(membership.values("pk")[:1]),
        last_import_at=Subquery(imports.values("received_at")[:1]),
        staff_count=Count("staff", filter=Q(staff__ended_on=None), distinct=True),
    ).order_by("name", "uai")


def imports_to_list(
    user: User, campaign: Campaign | None, filters: dict[str, Any]
) -> QuerySet[EnrolmentImport]:
    """Imports this user sees, the latest first."""
    found = EnrolmentImport.objects.visible_to(user).filter(campaign=campaign)
    if state := filters.get("state"):
        found = found.filter(state=state)
    if words := filters.get("q", "").strip():
        found = found.filter(Q(school__name__icontains=words) | Q(uai__iexact=words))
    return found.select_related("school", "received_by").order_by("-received_at", "-pk")


def batches_to_follow(user: User, campaign: Campaign) -> QuerySet[ImportBatch]:
    """Files sent that their sender has still something to do with, or to wait for."""
    found = ImportBatch.objects.visible_to(user).unfinished().filter(campaign=campaign)
    return found.select_related("school", "sent_by")[:BATCHES_SHOWN]


def findings_to_mend(school: School, campaign: Campaign) -> dict[str, list[ImportFinding]]:
    """What the school's last believed file still has wrong, by level, what blocks a laptop first."""
    last = last_file(school, campaign)
    levels: dict[str, list[ImportFinding]] = {level.value: [] for level in FindingLevel}
    if last:
        for finding in last.findings.order_by("-repeat_count", "code"):
            levels[finding.level].append(finding)
    return levels


def last_file(school: School, campaign: Campaign) -> EnrolmentImport | None:
    """The last file that says how the base is now: rejected and unchanged ones say nothing new."""
    silent = [ImportState.REJECTED, ImportState.UNCHANGED]
    files = EnrolmentImport.objects.filter(school=school, campaign=campaign).exclude(state__in=silent)
    return files.order_by("-received_at", "-pk").first()
