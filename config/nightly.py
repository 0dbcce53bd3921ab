"""A day of the programme: all that is due, in the order of the story (DESIGN §7).

Each step asks « what is due? », so a missed night is caught up by the next one, and a day played twice changes nothing
(invariant 11). A step is also a command of its own, with the same figures.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from accounts.stuck_messages import tell_of_stuck_messages
from core.anchors import anchor_evidence
from core.jobs import run_job
from core.models import JobRun
from core.outbox import deliver_due
from core.provider_reports import forget_reports
from distribution.gate import check_gates
from distribution.waves import plan_waves
from loans.calls import forget_calls
from loans.mailing import send_due
from loans.proof.alerting import warn_about_the_seal
from loans.proof.sealing import store_missing_documents
from programmes.models import Campaign
from schools.feeds.deliveries import read_due
from schools.feeds.dropping import SETTLED, tidy_folder
from schools.feeds.pulling import pull_feeds
from schools.feeds.purging import keep_files
from schools.nights.alerts import check_feeds
from schools.nights.figures import figures_of
from schools.nights.opening import open_nights
from schools.nights.playing import play_unfinished
from schools.nights.telling import tell_nights
from support.applying import apply_changes


DOCUMENTS = 2000  # signed PDFs made in one night, when the workers of the day left some behind
Step = Callable[[date, datetime], dict[str, Any]]


class DayFailed(Exception):
    """Steps of a day broke down; `figures` has what the others did, and `failed` for those. JobRun keeps the errors."""

    def __init__(self, figures: dict[str, Any]) -> None:
        super().__init__(", ".join(kind for kind, found in figures.items() if "failed" in found))
        self.figures = figures


def run_day(
    *, on: date, at: datetime, deliver: bool = True, without: tuple[str, ...] = (), by_hand: bool = False
) -> dict[str, Any]:
    """Play a day and return each step's figures; `deliver` also empties the outbox, `without` leaves steps out.

    `by_hand`: a person who just dropped files and rings does not wait for them to have stood still.

    A step that breaks down does not keep the next ones from what is due; `DayFailed` says so at the end.
    """
    figures: dict[str, Any] = {}
    failures: list[Exception] = []
    for kind, step in _steps(by_hand):
        if kind in without:
            continue
        if not connection.in_atomic_block:
            close_old_connections()  # a base that went away during a step is met again by the next one
        try:
            run = run_job(kind, for_date=on, act=partial(step, on, at))
            figures[kind] = run.figures if run else {"already_running": True}
        except SoftTimeLimitExceeded:
            raise
        except Exception as failure:
            figures[kind] = {"failed": type(failure).__name__}
            failures.append(failure)
    if deliver:
        figures["deliver"] = deliver_due(at=at)
    if failures:
        raise DayFailed(figures) from failures[0]
    return figures


def import_drop_folder(on: date, at: datetime, *, wait: timedelta = SETTLED) -> dict[str, Any]:
    """Play the nights that the drop folder holds, beside the workers if there are any; nothing is moved away."""
    campaign = Campaign.objects.current(on)
    if campaign is None:
        return {}
    nights = open_nights(campaign=campaign, folder=Path(settings.DROP_FOLDER), on=on, at=at, wait=wait)
    play_unfinished(campaign_id=campaign.pk, at=at)
    return figures_of(nights)


def pull_and_read(on: date, at: datetime) -> dict[str, Any]:
    """Ask the services for the schools still due, then read all that came by itself; workers may do so at once."""
    campaign = Campaign.objects.current(on)
    asked = pull_feeds(campaign=campaign, on=on, clock=timezone.now) if campaign else {}
    return {**asked, **read_due(at=at, on=on, clock=timezone.now)}


def tidy_files(on: date, at: datetime) -> dict[str, Any]:
    """Raw files deleted when the rules say, the drop folder tidied, what rolled-back acts left on disk swept."""
    campaign, folder = Campaign.objects.current(on), Path(settings.DROP_FOLDER)
    earlier = JobRun.objects.filter(kind="tidy_files", finished_at__isnull=False, for_date__lt=on)
    since = earlier.values_list("started_at", flat=True).first()
    tidied = tidy_folder(folder=folder, campaign=campaign, at=at, since=since) if campaign else {}
    return {**tidied, **keep_files(on=on, at=at)}


def forget(on: date, at: datetime) -> dict[str, int]:
    """Calls of campaigns that are over; what mail providers told, once messages themselves need not be kept."""
    kept = [one.rule_tree.privacy.messages_days for one in Campaign.objects.with_rules().running(on)]
    reports = forget_reports(before=at - timedelta(days=max(kept))) if kept else 0
    return {**forget_calls(on=on), "reports": reports}


STEPS: tuple[tuple[str, Step], ...] = (
    ("pull_feeds", pull_and_read),
    ("import_enrolments", import_drop_folder),
    ("apply_changes", lambda on, at: apply_changes(on=on, at=at)),
    ("send_due", lambda on, at: send_due(on=on, at=at)),
    ("store_documents", lambda on, at: {"stored": store_missing_documents(at=at, limit=DOCUMENTS)}),
    ("check_gates", lambda on, at: check_gates(on=on, at=at)),
    ("plan_waves", lambda on, at: plan_waves(on=on, at=at)),
    ("tell_nights", lambda on, at: tell_nights(on=on, at=at)),
    ("check_feeds", lambda on, at: check_feeds(on=on, at=at)),
    ("anchor_evidence", lambda on, at: anchor_evidence(at=at)),
    ("tidy_files", tidy_files),
    ("forget_calls", forget),
    ("tell_of_stuck_messages", lambda on, at: tell_of_stuck_messages(at=at)),
    ("warn_about_the_seal", lambda on, at: warn_about_the_seal(at=at)),
)


def _steps(by_hand: bool) -> Iterator[tuple[str, Step]]:
    for kind, step in STEPS:
        yield kind, partial(step, wait=timedelta()) if by_hand and step is import_drop_folder else step
