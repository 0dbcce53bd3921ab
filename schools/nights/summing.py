"""A night's summary, made again when a file came later the same day: pushed, pulled, or sent by hand."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import BigIntegerField, F, Max, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from schools.enums import NightState
from schools.models import EnrolmentImport, EnrolmentNight
from schools.nights.figures import summary_of


LOOKED_AT = timedelta(days=1)  # a file of one day is read the next morning at the latest


def sum_again(*, on: date) -> int:
    """Sum today's night and yesterday's again where something came since; returns how many. Twice is harmless."""
    outdated = _outdated(on)
    for pk in outdated:
        _sum_again(pk)
    return len(outdated)


def _outdated(on: date) -> list[int]:
    that_day = EnrolmentImport.objects.filter(campaign=OuterRef("campaign"), for_date=OuterRef("for_date"))
    last = that_day.order_by().values("for_date").annotate(last=Max("pk")).values("last")
    closed = EnrolmentNight.objects.filter(state=NightState.DONE, for_date__gte=on - LOOKED_AT)
    closed = closed.annotate(last=Subquery(last), summed=Cast(KT("summary__last_import"), BigIntegerField()))
    outdated = closed.filter(Q(summed=None) | Q(last__gt=F("summed")), last__isnull=False)
    return list(outdated.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _sum_again(pk: int) -> None:
    nights = EnrolmentNight.objects.select_related("campaign__rules", "campaign__programme")
    night = nights.select_for_update(of=("self",)).get(pk=pk)
    night.summary = summary_of(night)
    night.save(update_fields=["summary"])
