"""Which schools are due today, who asks for them, what became of it.

Each school of each service is a row for the day: the rows are the queue. Whoever asks takes the next row, so several
workers may ask at once; a school that has nothing yet is asked again by the next ring of the day.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.encryption import CannotDecrypt
from core.rings import ring_on_commit
from programmes.models import Campaign
from schools.feeds.adapters import ADAPTERS, Access, Adapter, Asker
from schools.feeds.adapters.errors import FeedError, NotReady, RefusedCredentials, Unreachable
from schools.feeds.deliveries import keep
from schools.feeds.enums import PullState, Way
from schools.imports.receiving import receive_bytes
from schools.models import FeedPull, FeedSource, School


logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=20)  # longer than one school may take, its attempts and pauses included
AGAIN_AFTER = timedelta(minutes=20)
MOST_ATTEMPTS = 6
SILENT_AFTER = 5
"""Schools in a row without an answer after which a service is left alone until the next ring."""


@dataclass(slots=True)
class Round:
    """One worker's round: adapters opened once each (a token serves many schools), services that fell silent."""

    asker: Asker
    clock: Callable[[], datetime]
    adapters: dict[int, Adapter] = field(default_factory=dict)
    silent: Counter[int] = field(default_factory=Counter)
    figures: Counter[str] = field(default_factory=Counter)

    def adapter_of(self, source: FeedSource) -> Adapter:
        if source.pk not in self.adapters:
            self.adapters[source.pk] = ADAPTERS[source.kind](access_of(source), self.asker)
        return self.adapters[source.pk]

    @property
    def left_alone(self) -> list[int]:
        return [pk for pk, count in self.silent.items() if count >= SILENT_AFTER]


def access_of(source: FeedSource) -> Access:
    """Raises RefusedCredentials when the secret cannot be read any more."""
    try:
        return Access(source.base_url, source.key_id, source.secret, source.token_url)
    except CannotDecrypt as error:
        raise RefusedCredentials("secret_lost") from error


def pull_feeds(
    *, campaign: Campaign, on: date, clock: Callable[[], datetime], asker: Asker | None = None
) -> dict[str, Any]:
    """Ask every service for every school still due that day; returns how many came, and why others did not."""
    open_pulls(campaign=campaign, on=on)
    going = Round(asker or Asker(), clock)
    while (pull := _take(campaign, on, going)) is not None:
        _ask(pull, campaign, going)
    return dict(going.figures)


def open_pulls(*, campaign: Campaign, on: date) -> None:
    """A row for each school of each service, once a day however often it is rung."""
    for source in FeedSource.objects.filter(programme=campaign.programme_id, is_active=True):
        FeedPull.objects.bulk_create(
            [FeedPull(source=source, school=school, for_date=on) for school in source.schools_of(campaign)],
            ignore_conflicts=True,
            batch_size=1000,
        )


def _take(campaign: Campaign, on: date, going: Round) -> FeedPull | None:
    now = going.clock()
    with transaction.atomic():
        waiting = FeedPull.objects.to_ask(now).filter(for_date=on, source__programme=campaign.programme_id)
        pull = (
            waiting.exclude(source__in=going.left_alone)
            .select_related("source", "school")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("attempts_count", "pk")
            .first()
        )
        if pull is not None:
            pull.leased_until, pull.attempts_count = now + LEASE, pull.attempts_count + 1
            pull.save(update_fields=["leased_until", "attempts_count"])
        return pull


def _ask(pull: FeedPull, campaign: Campaign, going: Round) -> None:
    at = going.clock()
    try:
        files = going.adapter_of(pull.source).fetch(
            pull.school.uai, campaign.school_year, at=timezone.localtime(at), since=_last_success(pull)
        )
    except FeedError as error:
        _note_failure(pull, error, going)
        return
    going.silent[pull.source_id] = 0
    going.figures["came" if files else "unchanged"] += 1
    with transaction.atomic():
        if files:
            pull.delivery, _is_new = keep(
                files=files,
                campaign=campaign,
                way=Way.PULL,
                sender=pull.source.get_kind_display(),
                uais=[pull.school.uai],
                at=at,
            )
        _finish(pull, PullState.DONE, at)


def _last_success(pull: FeedPull) -> datetime | None:
    done = FeedPull.objects.filter(source=pull.source, school=pull.school, state=PullState.DONE)
    return done.order_by("-for_date").values_list("finished_at", flat=True).first()


def _note_failure(pull: FeedPull, error: FeedError, going: Round) -> None:
    """The log says which service, which school and which kind of failure; never what was sent or received."""
    logger.warning("%s %s: %s (%s)", pull.source.kind, pull.school.uai, error.kind, error.code)
    going.figures[error.kind] += 1
    pull.outcome, pull.detail, now = error.kind, error.code[:60], going.clock()
    going.silent[pull.source_id] += isinstance(error, Unreachable)
    if isinstance(error, RefusedCredentials):
        _give_up_today(pull, error, now)
    elif pull.attempts_count >= MOST_ATTEMPTS:
        _finish(pull, PullState.FAILED, now)
    else:
        pull.leased_until, pull.next_at = None, now + AGAIN_AFTER
        pull.save(update_fields=["outcome", "detail", "leased_until", "next_at"])


def _give_up_today(pull: FeedPull, error: FeedError, now: datetime) -> None:
    """A key refused once is refused for every school: hundreds of attempts would lock the service's account."""
    _finish(pull, PullState.FAILED, now)
    others = FeedPull.objects.filter(source=pull.source, for_date=pull.for_date, state=PullState.WAITING)
    others.update(state=PullState.FAILED, outcome=error.kind, detail=error.code[:60], finished_at=now)


def _finish(pull: FeedPull, state: PullState, now: datetime) -> None:
    if state == PullState.DONE:
        pull.outcome = pull.detail = ""
    pull.state, pull.leased_until, pull.finished_at = state, None, now
    pull.save(update_fields=["state", "outcome", "detail", "leased_until", "finished_at", "delivery"])


@transaction.atomic
def ask_again_today(*, source: FeedSource, on: date) -> int:
    """After somebody mended a source: its failures of the day wait again, and a worker is rung. Returns how many."""
    ring_on_commit("schools.tasks.pull_feeds_due")
    failed = FeedPull.objects.filter(source=source, for_date=on, state=PullState.FAILED)
    return failed.update(state=PullState.WAITING, next_at=None, attempts_count=0, finished_at=None)


def try_source(
    *, source: FeedSource, campaign: Campaign, at: datetime, asker: Asker, school: School | None = None
) -> FeedSource:
    """Ask for one school, keep nothing of it, and write in French what the service answered."""
    school = school or source.schools_of(campaign).order_by("uai").first()
    if school is None:
        source.is_sound = False
        source.test_sentence = _("No school of the campaign is of this kind: nobody to ask for.")
    else:
        source.is_sound, source.test_sentence = _tried(source, campaign, at, asker, school)
    source.tested_at = at
    source.save(update_fields=["is_sound", "test_sentence", "tested_at"])
    return source


def _tried(
    source: FeedSource, campaign: Campaign, at: datetime, asker: Asker, school: School
) -> tuple[bool | None, str]:
    try:
        adapter = ADAPTERS[source.kind](access_of(source), asker)
        files = adapter.fetch(school.uai, campaign.school_year, at=timezone.localtime(at))
    except FeedError as error:
        return None if isinstance(
            error, NotReady
        ) else False, f"{error.sentence} ({school.uai}, {error.code})"
    count = sum(len(bundle.read_roll().pupils) for bundle in receive_bytes(files))
    said = ngettext(
        "The service answers: %(count)d pupil for %(school)s. Nothing was imported.",
        "The service answers: %(count)d pupils for %(school)s. Nothing was imported.",
        count,
    )
    return True, said % {"count": count, "school": school.name}
