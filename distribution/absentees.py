"""What comes to those who were absent: named parcels, or the team a second time (N8)."""

from datetime import date, datetime

from accounts.models import User
from core.calendars import ONE_DAY
from core.verdicts import Verdict
from distribution.enums import LIVE_PARCEL, Absentees, DeliveryKind, LineState
from distribution.models import Delivery, DeliveryLine, HalfDay, Parcel
from distribution.planning import propose_delivery
from distribution.rules import settle_absentees
from distribution.slots import LONGEST_WAIT, free_slots, zone_of
from programmes.calendars import next_delivery_day
from schools.enums import EnrolmentState
from schools.models import Pupil, School


def absent_pupils(delivery: Delivery, *, states: tuple[str, ...] = (LineState.ABSENT,)) -> list[Pupil]:
    """Those who were not there and still attend the school."""
    lines = delivery.lines.filter(
        state__in=states,
        pupil__enrolments__school=delivery.school,
        pupil__enrolments__campaign=delivery.campaign,
        pupil__enrolments__state=EnrolmentState.ACTIVE,
    )
    return [line.pupil for line in lines.select_related("pupil")]


def verdict_for(delivery: Delivery, on: date, *, states: tuple[str, ...] = (LineState.ABSENT,)) -> Verdict:
    """What the rule says for the absentees of a day closed on `on`."""
    campaign, zone = delivery.campaign, zone_of(delivery.school, delivery.campaign)
    return settle_absentees(
        absent_count=len(absent_pupils(delivery, states=states)),
        rules=campaign.rule_tree,
        version=campaign.rules_version,
        on=on,
        first_open_day=lambda day: next_delivery_day(campaign, day, zone),
        is_second_visit=delivery.kind == DeliveryKind.SECOND_VISIT,
    )


def preview(delivery: Delivery, on: date) -> Verdict:
    """The verdict if the day were closed now: those still expected would be absent."""
    return verdict_for(delivery, on, states=(LineState.ABSENT, LineState.EXPECTED))


def carry_out(delivery: Delivery, verdict: Verdict, *, by: User | None, at: datetime) -> None:
    """Make the parcels or the second visit that the verdict says; called once, when the day is closed."""
    if verdict.outcome == Absentees.NOBODY:
        return
    pupils, due_on = absent_pupils(delivery), date.fromisoformat(verdict.facts["due_on"])
    if verdict.outcome == Absentees.PARCELS:
        make_parcels(delivery.school, pupils, due_on, delivery=delivery, by=by, at=at)
    else:
        _second_visit(delivery, pupils, due_on, by=by, at=at)


def make_parcels(
    school: School,
    pupils: list[Pupil],
    due_on: date,
    *,
    delivery: Delivery | None = None,
    by: User | None = None,
    at: datetime,
) -> int:
    """One parcel to prepare for each pupil without one under way; returns how many are new."""
    packed = set(
        Parcel.objects.filter(pupil__in=pupils, state__in=LIVE_PARCEL).values_list("pupil", flat=True)
    )
    missing = [pupil for pupil in pupils if pupil.pk not in packed]
    for pupil in missing:
        parcel = Parcel.objects.create(delivery=delivery, school=school, pupil=pupil, due_on=due_on)
        parcel.log.create(from_state="", to_state=parcel.state, by=by, at=at)
    return len(missing)


def _second_visit(
    delivery: Delivery, pupils: list[Pupil], due_on: date, *, by: User | None, at: datetime
) -> Delivery:
    """The first free place from D+5 on; without any, D+5 with no team yet, which the planning shows as a task."""
    campaign, school = delivery.campaign, delivery.school
    places = free_slots(
        campaign=campaign,
        school=school,
        after=due_on - ONE_DAY,
        until=due_on + LONGEST_WAIT,
        pupils=len(pupils),
    )
    slot = next(places, None)
    visit = propose_delivery(
        school=school,
        campaign=campaign,
        on=slot.on if slot else due_on,
        half_day=slot.half_day if slot else HalfDay.MORNING,
        team=slot.team if slot else None,
        by=by,
        at=at,
        kind=DeliveryKind.SECOND_VISIT,
        needed_for=delivery,
    )
    DeliveryLine.objects.bulk_create(
        [DeliveryLine(delivery=visit, pupil=pupil) for pupil in pupils], ignore_conflicts=True
    )
    return visit
