"""Waking the workers. A ring that is lost is rung again by the sweep: the rows are the truth."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from redis.exceptions import RedisError

from core.rings import Bell, ring_all
from schools.enums import NightState
from schools.models import EnrolmentNight, NightSchool


PATIENCE = timedelta(minutes=10)  # before a school nobody took is rung for again


def ring_on_commit(night: EnrolmentNight) -> None:
    transaction.on_commit(lambda: ring(night.campaign_id), robust=True)


def ring(campaign_id: int) -> int:
    """Ring for each school of the first unfinished night that waits unheard; returns how many."""
    night = first_unfinished(campaign_id)
    if night is None:
        return 0
    unheard = night.schools.claimable().filter(Q(rung_at=None) | Q(rung_at__lt=Now() - PATIENCE))
    pks = list(unheard.order_by("pk").values_list("pk", flat=True))
    try:
        ring_all(Bell("schools.tasks.play_school", (pk,)) for pk in pks)
    except RedisError:  # the broker is away: the sweep tries again
        return 0
    NightSchool.objects.filter(pk__in=pks).update(rung_at=Now())
    return len(pks)


def campaigns_under_way() -> list[int]:
    """Campaigns with a night that is not over."""
    running = EnrolmentNight.objects.filter(state=NightState.RUNNING)
    return list(running.order_by("campaign_id").values_list("campaign_id", flat=True).distinct())


def first_unfinished(campaign_id: int) -> EnrolmentNight | None:
    """Nights are played in order: a pupil absent three nights running is absent on those nights."""
    running = EnrolmentNight.objects.filter(campaign_id=campaign_id, state=NightState.RUNNING)
    return running.select_related("campaign__rules", "campaign__programme").order_by("for_date").first()
