"""A line of the pupils' table, in words; the page, the file and the API draw the same lines (P7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.dates import short_date
from distribution.enums import LIVE_DELIVERY, DeliveryKind, LineState, ParcelState
from distribution.models import Delivery, DeliveryLine, Parcel
from loans.models import Loan
from reports.enums import Situation
from reports.scope import Scope


@dataclass(frozen=True)
class PupilRow:
    """One pupil: what the school reads. `delivery` says when and how the laptop comes or came."""

    public_id: Any
    school_uai: str
    school_name: str
    class_code: str
    name: str
    ine: str
    study: str
    situation: Situation
    sent_on: date | None
    reminders_count: int
    signed_on: date | None
    delivery: str
    device_tag: str
    has_signature: bool = False

    @property
    def state(self) -> str:
        return str(self.situation.label)

    @property
    def tone(self) -> str:
        return self.situation.tone

    @property
    def hint(self) -> str:
        """The convention in a few words: signed when, or sent when and reminded how often."""
        if self.signed_on and self.situation != Situation.OPPOSED:
            return _("Signed on %(day)s") % {"day": short_date(self.signed_on)}
        if self.situation == Situation.UNREACHABLE:
            return _("No address that works")
        if self.has_signature and self.situation == Situation.SENT:
            return _("Signed by one guardian, the other is awaited")
        if not self.sent_on:
            return ""
        words = _("Sent on %(day)s") % {"day": short_date(self.sent_on)}
        if not self.reminders_count:
            return words
        reminders = ngettext("%(count)s reminder", "%(count)s reminders", self.reminders_count)
        return f"{words}, {reminders % {'count': self.reminders_count}}"

    @property
    def actor(self) -> str:
        return str(self.situation.actor.label)


def rows_of(enrolments: Iterable[Any], scope: Scope) -> list[PupilRow]:
    """The lines of these enrolments (from `pupils_seen_by`), with a fixed number of queries."""
    found = list(enrolments)
    pupil_ids = [enrolment.pupil_id for enrolment in found]
    days, tags = delivery_words(pupil_ids, scope), device_tags(pupil_ids)
    planned = planned_days({enrolment.school_id for enrolment in found}, scope)
    return [
        _row(enrolment, days.get(enrolment.pupil_id, ""), planned, tags.get(enrolment.pupil_id, ""))
        for enrolment in found
    ]


def _row(enrolment: Any, delivery: str, planned: dict[int, Delivery], tag: str) -> PupilRow:
    situation, day = Situation(enrolment.situation), planned.get(enrolment.school_id)
    if not delivery and day and situation.actor != "nobody":
        delivery = _("Planned on %(day)s") % {"day": short_date(day.on)}
    return PupilRow(
        public_id=enrolment.pupil.public_id,
        school_uai=enrolment.school.uai,
        school_name=enrolment.school.name,
        class_code=enrolment.class_code,
        name=enrolment.pupil.list_name,
        ine=enrolment.pupil.ine or "",
        study=enrolment.study_label,
        situation=situation,
        sent_on=enrolment.sent_on,
        reminders_count=enrolment.reminders_count or 0,
        signed_on=enrolment.signed_on,
        delivery=delivery,
        device_tag=tag,
        has_signature=enrolment.has_signature,
    )


def delivery_words(pupil_ids: Sequence[int], scope: Scope) -> dict[int, str]:
    """What each pupil's last delivery line or parcel says."""
    words = {}
    lines = DeliveryLine.objects.filter(pupil__in=pupil_ids, delivery__campaign=scope.campaign)
    for line in lines.select_related("delivery").order_by("delivery__on", "pk"):
        words[line.pupil_id] = _line_in_words(line)
    for parcel in (
        Parcel.objects.filter(pupil__in=pupil_ids).exclude(state=ParcelState.CANCELLED).order_by("pk")
    ):
        words[parcel.pupil_id] = _("Named parcel: %(state)s") % {"state": parcel.get_state_display()}
    return words


def _line_in_words(line: DeliveryLine) -> str:
    day = {"day": short_date(line.delivery.on)}
    return {
        LineState.EXPECTED: _("Expected on %(day)s"),
        LineState.HANDED_OVER: _("Handed over on %(day)s"),
        LineState.ABSENT: _("Absent on %(day)s"),
        LineState.REFUSED: _("Refused at the desk on %(day)s"),
    }[LineState(line.state)] % day


def planned_days(school_ids: Iterable[int], scope: Scope) -> dict[int, Delivery]:
    days = Delivery.objects.filter(
        campaign=scope.campaign, school__in=school_ids, kind=DeliveryKind.INITIAL, state__in=LIVE_DELIVERY
    )
    return {day.school_id: day for day in days}


def device_tags(pupil_ids: Sequence[int]) -> dict[int, str]:
    """The sticker of the laptop each pupil holds."""
    loans = Loan.objects.open().main().filter(pupil__in=pupil_ids)
    return dict(loans.values_list("pupil", "device__asset_tag"))
