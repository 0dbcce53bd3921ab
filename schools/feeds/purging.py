"""Raw files, and the details of what they did, deleted when the rules say (`privacy.raw_files_days`).

The bytes go, the row stays with its name, its size, its SHA-256 and the day. A file that somebody must still decide on,
or that nobody has read yet, is left alone, and so is everything that is not an enrolment file.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from core.file_keeping import purge_files, sweep_files
from programmes.models import Campaign
from schools.batches.forgetting import forget_batches
from schools.enums import ImportState
from schools.feeds.enums import DeliveryState
from schools.feeds.sources import reseal_secrets
from schools.imports.forgetting import forget_details
from schools.imports.recording import FILE_KIND
from schools.models import EnrolmentImport, FeedDelivery, FeedTokenUse


BATCH = 500


def keep_files(*, on: date, at: datetime) -> dict[str, Any]:
    """What is due that day for every campaign; done again, it finds nothing."""
    figures = Counter(purged=0, details=0, unnamed=0, uses=0)
    for campaign in Campaign.objects.with_rules():
        rules = campaign.rule_tree.privacy
        figures["purged"] += purge_raw_files(campaign=campaign, days=rules.raw_files_days, on=on)
        figures["purged"] += forget_batches(
            campaign=campaign, before=_beginning(on, rules.raw_files_days), on=on, at=at
        )
        figures.update(forget_details(campaign=campaign, before=_beginning(on, rules.raw_files_days)))
        figures["uses"] += _forget_uses(campaign, _beginning(on, rules.access_log_days))
    return {**figures, "swept": sweep_files(at=at), "resealed": reseal_secrets()}


def purge_raw_files(*, campaign: Campaign, days: int, on: date) -> int:
    """Delete the files received more than `days` days before `on`. Returns how many."""
    before = _beginning(on, days)
    imports = EnrolmentImport.objects.filter(campaign=campaign, received_at__lt=before)
    deliveries = FeedDelivery.objects.filter(campaign=campaign, received_at__lt=before)
    old = _files_of(imports) | _files_of(deliveries)
    due = sorted(old - _needed())
    return sum(
        purge_files(pks=due[start : start + BATCH], kind=FILE_KIND, on=on)
        for start in range(0, len(due), BATCH)
    )


def _beginning(on: date, days: int) -> datetime:
    return timezone.make_aware(datetime.combine(on - timedelta(days=days), time.min))


def _files_of(rows: Any) -> set[int]:
    kept = rows.filter(files__purged_on=None, files__kind=FILE_KIND)
    return set(kept.values_list("files", flat=True))


def _needed() -> set[int]:
    """Files of imports that wait for a decision, and of deliveries not read yet."""
    held = EnrolmentImport.objects.filter(state=ImportState.HELD)
    waiting = FeedDelivery.objects.filter(state=DeliveryState.RECEIVED)
    return _files_of(held) | _files_of(waiting)


def _forget_uses(campaign: Campaign, before: datetime) -> int:
    """The log of the tokens is kept as long as the log of who read what; a token that was never used is no use."""
    last = Campaign.objects.with_rules().order_by("-school_year", "-pk").first()
    if campaign != last:
        return 0
    return FeedTokenUse.objects.filter(at__lt=before).delete()[0]
