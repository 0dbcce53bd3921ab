"""The region's part of the breaker, told for a whole night: what it would take away, the files that wait for it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import ngettext

from schools.enums import ImportState
from schools.imports.rules import RegionFacts, region_reasons_to_hold
from schools.models import Enrolment, EnrolmentImport, EnrolmentNight


@dataclass(frozen=True, slots=True)
class HeldForRegion:
    """`files_count` files wait: with them, the day would take `removed_count` of `enrolled_count` pupils away."""

    files_count: int
    removed_count: int
    enrolled_count: int

    @property
    def sentence(self) -> str:
        words = ngettext(
            "The region’s guard holds %(files)d file: with it, the night would take %(removed)d of the %(enrolled)d "
            "pupils of the region away, more than the share voted.",
            "The region’s guard holds %(files)d files: with them, the night would take %(removed)d of the "
            "%(enrolled)d pupils of the region away, more than the share voted.",
            self.files_count,
        )
        return words % {
            "files": self.files_count,
            "removed": self.removed_count,
            "enrolled": self.enrolled_count,
        }


def held_for_region(night: EnrolmentNight) -> HeldForRegion | None:
    """What the region's guard holds of that day's files; None when none waits, or each for its own reasons only."""
    rules = night.campaign.rule_tree
    that_day = EnrolmentImport.objects.filter(campaign=night.campaign_id, for_date=night.for_date)
    removed = that_day.values_list("state", "removed_count").filter(removed_count__gt=0)
    applied = sum(count for state, count in removed if state == ImportState.APPLIED)
    held = [count for state, count in removed if state == ImportState.HELD]
    if not held:
        return None
    enrolled = Enrolment.objects.active().filter(campaign=night.campaign_id).count()
    stopped = [
        count
        for count in held
        if region_reasons_to_hold(RegionFacts(enrolled, applied + count, count), rules)
    ]
    return HeldForRegion(len(stopped), applied + sum(stopped), enrolled) if stopped else None


def guard_of(night: EnrolmentNight) -> HeldForRegion | None:
    """The same as it was when the night closed; None while it is under way."""
    kept = night.summary.get("region_guard") if night.is_over else None
    return HeldForRegion(**kept) if kept else None
