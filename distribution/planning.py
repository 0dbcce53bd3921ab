"""Setting a school's day: proposed by the supplier, accepted or declined by the school, moved or cancelled (N6)."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.outbox import enqueue
from core.refusals import Refused
from distribution import notifications
from distribution.enums import DeliveryKind, DeliveryState
from distribution.models import Delivery, Team
from distribution.rules import gate_day
from distribution.slots import earliest_notice, form_teams, free_slots, is_free, zone_of
from loans.models import Convention
from loans.progress import progress_by_school
from programmes.calendars import obstacles_to_delivering
from programmes.models import Campaign
from schools.models import School


@transaction.atomic
def propose_delivery(
    *,
    school: School,
    campaign: Campaign,
    on: date,
    half_day: str,
    team: Team | None,
    by: User | None,
    at: datetime,
    kind: str = DeliveryKind.INITIAL,
    replaces: Delivery | None = None,
    needed_for: Delivery | None = None,
) -> Delivery:
    """Offer a day to a school and write to it; asked again for the same place, the same delivery.

    A second visit has no gate. Raises Refused(`day_closed`, `team_taken` or `delivery_exists`).
    """
    School.objects.select_for_update(of=("self",), no_key=True).get(pk=school.pk)
    present = _present(school, campaign, kind, needed_for)
    if present:
        return _same_or_refuse(present, on, half_day, team)
    _refuse_place(school, campaign, on, half_day, team)
    delivery = Delivery.objects.create(
        campaign=campaign,
        school=school,
        kind=kind,
        on=on,
        half_day=half_day,
        team=team,
        gate_on=gate_day(on, campaign.rule_tree) if kind == DeliveryKind.INITIAL else None,
        replaces=replaces,
        needed_for=needed_for,
    )
    delivery.log.create(from_state="", to_state=delivery.state, by=by, at=at)
    if replaces is None:  # else the message that says why the first day fell tells of this one
        enqueue(*notifications.proposed(delivery, at=at))
    return delivery


@transaction.atomic
def accept_delivery(
    *, delivery: Delivery, room: str, comment: str, by: User | None, at: datetime
) -> Delivery:
    """The school takes the day. A second visit is confirmed at once: no gate awaits it.

    Accepting again only updates the room and the comment. Raises Refused(`transition_refused`).
    """
    delivery = locked(delivery)
    delivery.room, delivery.school_comment = room.strip(), comment.strip()
    if delivery.state in (DeliveryState.ACCEPTED, DeliveryState.CONFIRMED, DeliveryState.OPEN):
        delivery.save(update_fields=["room", "school_comment"])
        return delivery
    delivery.move_to(
        DeliveryState.ACCEPTED, by=by, at=at, room=delivery.room, school_comment=delivery.school_comment
    )
    if delivery.kind != DeliveryKind.INITIAL:
        delivery.move_to(DeliveryState.CONFIRMED, by=by, at=at)
        awaited = Convention.objects.signed().filter(
            pupil__delivery_lines__delivery=delivery, campaign=delivery.campaign
        )
        enqueue(*notifications.day_for_families(delivery, awaited, at=at))
    return delivery


@transaction.atomic
def decline_delivery(
    *, delivery: Delivery, wanted_on: date | None, reason: str, by: User | None, at: datetime
) -> Delivery:
    """The school asks for another day and says why; the supplier is told.

    Raises Refused(`reason_missing`, `gate_checked` once the threshold was looked at, or `transition_refused`).
    """
    delivery = locked(delivery)
    if not reason.strip():
        raise Refused(
            "reason_missing", _("Say why this day does not suit: the planners choose better for it.")
        )
    if delivery.checked:
        raise Refused(
            "gate_checked",
            _(
                "The threshold of this delivery was checked already. Call the logistics team to change the day."
            ),
        )
    if delivery.state != DeliveryState.DECLINED:
        delivery.move_to(
            DeliveryState.DECLINED,
            by=by,
            at=at,
            comment=reason,
            wanted_on=wanted_on,
            school_comment=reason.strip(),
        )
        enqueue(*notifications.declined(delivery, at=at))
    return delivery


@transaction.atomic
def repropose_delivery(
    *, delivery: Delivery, on: date, half_day: str, team: Team | None, by: User | None, at: datetime
) -> Delivery:
    """Offer another place to a school that declined, or has not answered yet.

    Raises Refused(`not_negotiable`, `day_closed` or `team_taken`).
    """
    delivery = locked(delivery)
    if (delivery.on, delivery.half_day, delivery.team) == (
        on,
        half_day,
        team,
    ) and delivery.state == "proposed":
        return delivery
    if delivery.state not in (DeliveryState.PROPOSED, DeliveryState.DECLINED):
        raise Refused(
            "not_negotiable",
            _("The school accepted this day. To change it, cancel the delivery and propose another one."),
        )
    _refuse_place(delivery.school, delivery.campaign, on, half_day, team, apart_from=delivery)
    delivery.on, delivery.half_day, delivery.team, delivery.wanted_on = on, half_day, team, None
    delivery.gate_on = gate_day(on, delivery.campaign.rule_tree) if delivery.gate_on else None
    delivery.save(update_fields=["on", "half_day", "team", "gate_on", "wanted_on"])
    delivery.move_to(DeliveryState.PROPOSED, by=by, at=at, comment=f"{on:%Y-%m-%d} {half_day}")
    enqueue(*notifications.proposed(delivery, at=at))
    return delivery


@transaction.atomic
def cancel_delivery(*, delivery: Delivery, reason: str, by: User | None, at: datetime) -> Delivery:
    """A person calls the day off and says why; the school is told, and the families if they had been invited.

    Raises Refused(`reason_missing` or `transition_refused`).
    """
    delivery = locked(delivery)
    if delivery.state == DeliveryState.CANCELLED:
        return delivery
    if not reason.strip():
        raise Refused("reason_missing", _("Say why the delivery is cancelled: the school will read it."))
    families = notifications.called_off_for_families(delivery, at=at)
    delivery.move_to(DeliveryState.CANCELLED, by=by, at=at, comment=reason.strip())
    enqueue(*notifications.called_off(delivery, reason.strip(), at=at), *families)
    return delivery


def propose_all(*, campaign: Campaign, by: User | None, at: datetime) -> dict[str, int]:
    """A first place for every member school without one, the biggest first: `proposed` and `unplaced` schools."""
    form_teams(campaign=campaign)
    after = earliest_notice(campaign, timezone.localdate(at))
    figures = {"proposed": 0, "unplaced": 0}
    for school, pupils in _schools_to_place(campaign):
        slot = next(free_slots(campaign=campaign, school=school, after=after, pupils=pupils), None)
        if slot is None:
            figures["unplaced"] += 1
            continue
        propose_delivery(
            school=school, campaign=campaign, on=slot.on, half_day=slot.half_day, team=slot.team, by=by, at=at
        )
        figures["proposed"] += 1
    return figures


def locked(delivery: Delivery) -> Delivery:
    """The row as it is now, held until the end of the transaction."""
    return (
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("campaign__programme", "campaign__rules", "school", "team", "gate_check")
        .get(pk=delivery.pk)
    )


def _schools_to_place(campaign: Campaign) -> Iterator[tuple[School, int]]:
    progress = progress_by_school(campaign=campaign)
    schools = School.objects.members_of(campaign).exclude(
        deliveries__in=Delivery.objects.initial()
        .filter(campaign=campaign)
        .exclude(state=DeliveryState.CANCELLED)
    )
    sized = ((school, progress[school.pk].expected_count) for school in schools if school.pk in progress)
    return iter(sorted(sized, key=lambda pair: (-pair[1], pair[0].uai)))


def _present(school: School, campaign: Campaign, kind: str, needed_for: Delivery | None) -> Delivery | None:
    live = Delivery.objects.live().filter(school=school, campaign=campaign, kind=kind, needed_for=needed_for)
    return live.first()


def _same_or_refuse(present: Delivery, on: date, half_day: str, team: Team | None) -> Delivery:
    if (present.on, present.half_day, present.team) == (on, half_day, team):
        return present
    raise Refused(
        "delivery_exists",
        _("This school already has a delivery under way: move that one, or cancel it first."),
    )


def _refuse_place(
    school: School,
    campaign: Campaign,
    on: date,
    half_day: str,
    team: Team | None,
    *,
    apart_from: Delivery | None = None,
) -> None:
    """The day must be open to this school and the team free; the team is locked, so nobody takes it meanwhile."""
    obstacles = obstacles_to_delivering(campaign, on, zone_of(school, campaign))
    if obstacles:
        raise Refused("day_closed", " ".join(obstacles))
    if team is None:
        return
    Team.objects.select_for_update(of=("self",), no_key=True).get(pk=team.pk)
    if not is_free(team, on, half_day, apart_from=apart_from):
        raise Refused(
            "team_taken", _("%(team)s is already taken at that time. Choose another place.") % {"team": team}
        )
