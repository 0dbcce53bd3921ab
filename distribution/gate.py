"""The gate at D−7: one decision a delivery, kept with the pupils it counted, then carried out (N7)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from core.outbox import enqueue
from core.refusals import Refused
from core.verdicts import Verdict
from distribution import notifications
from distribution.enums import DeliveryState, GateOutcome
from distribution.models import Delivery, DeliveryLine, GateCheck
from distribution.planning import locked, propose_delivery
from distribution.rules import decide_gate
from distribution.slots import earliest_notice, free_slots
from loans.models import Convention
from loans.progress import RollEntry, gate_roll
from programmes.models import Campaign
from schools.enums import ImportState
from schools.models import EnrolmentImport, School


HOUR = timedelta(hours=1)


def check_gates(*, on: date, at: datetime, campaign: Campaign | None = None) -> dict[str, int]:
    """Decide every delivery whose D−7 has come; counts by outcome, and of those replanned.

    Each delivery is its own transaction; a second run finds nothing due.
    """
    due = Delivery.objects.due_for_gate(on)
    if campaign:
        due = due.filter(campaign=campaign)
    figures: Counter[str] = Counter(dict.fromkeys(["due", *GateOutcome.values, "replanned"], 0))
    for delivery in due:
        check = check_gate(delivery=delivery, on=on, at=at)
        if check:
            figures.update(["due", str(check.outcome)])
            figures["replanned"] += check.delivery.replacement is not None
    return dict(figures)


@transaction.atomic
def check_gate(*, delivery: Delivery, on: date, at: datetime) -> GateCheck | None:
    """Decide one delivery if it is due and undecided, and carry the decision out; None when it is not."""
    delivery = locked(delivery)
    if not Delivery.objects.due_for_gate(on).filter(pk=delivery.pk).exists():
        return None
    roll = gate_roll(delivery.school, delivery.campaign)
    verdict = _verdict(delivery, roll, on, at)
    check = _keep(delivery, roll, verdict, on, at)
    if check.outcome == GateOutcome.CONFIRMED:
        _confirm(delivery, roll, reason=verdict.reasons[0], by=None, at=at)
    elif check.outcome == GateOutcome.CANCELLED:
        _cancel_and_replan(delivery, reasons=verdict.reasons, by=None, on=on, at=at)
    else:
        enqueue(*notifications.needs_person(delivery, verdict, at=at))
    return check


@transaction.atomic
def override_gate(*, delivery: Delivery, confirm: bool, reason: str, by: User, at: datetime) -> Delivery:
    """The authority decides what the rule could not; the gate's own row stays as it was.

    Raises Refused(`not_the_authority`, `reason_missing` or `gate_decided`); deciding the same again does nothing.
    """
    if not by.has_role(Role.REGION):
        raise Refused("not_the_authority", _("Only the authority decides in place of the rule."))
    if not reason.strip():
        raise Refused("reason_missing", _("Say why: the decision is kept with its reason."))
    delivery = locked(delivery)
    if delivery.state == (DeliveryState.CONFIRMED if confirm else DeliveryState.CANCELLED):
        return delivery
    if not Delivery.objects.for_a_person().filter(pk=delivery.pk).exists():
        raise Refused("gate_decided", _("This delivery no longer waits for a decision. Reload the page."))
    if confirm:
        roll = gate_roll(delivery.school, delivery.campaign)
        _confirm(delivery, roll, reason=reason.strip(), by=by, at=at)
    else:
        _cancel_and_replan(delivery, reasons=(reason.strip(),), by=by, on=timezone.localdate(at), at=at)
    return delivery


def data_age_hours(school: School, campaign: Campaign, at: datetime) -> int | None:
    """Hours, rounded up, since the last enrolment file that was believed; None when there never was one."""
    believed = EnrolmentImport.objects.filter(
        school=school,
        campaign=campaign,
        state__in=[ImportState.APPLIED, ImportState.UNCHANGED],
        received_at__lte=at,
    )
    last = believed.order_by("-received_at").values_list("received_at", flat=True).first()
    return -((last - at) // HOUR) if last else None


def _verdict(delivery: Delivery, roll: list[RollEntry], on: date, at: datetime) -> Verdict:
    return decide_gate(
        signed=sum(entry.has_signed for entry in roll),
        expected=len(roll),
        data_age_hours=data_age_hours(delivery.school, delivery.campaign, at),
        rules=delivery.campaign.rule_tree,
        version=delivery.campaign.rules_version,
        on=on,
        partly_signed=sum(entry.is_partly_signed for entry in roll),
        opposed=sum(entry.is_opposed for entry in roll),
    )


def _keep(delivery: Delivery, roll: list[RollEntry], verdict: Verdict, on: date, at: datetime) -> GateCheck:
    """The row that is never recomputed (invariant 6); a second one for the same delivery cannot exist."""
    signed = [str(entry.public_id) for entry in roll if entry.has_signed]
    return GateCheck.objects.create(
        delivery=delivery,
        outcome=verdict.outcome,
        signed_count=len(signed),
        expected_count=len(roll),
        threshold=delivery.campaign.rule_tree.gate.threshold,
        rules_version=verdict.version,
        verdict=verdict.as_json(),
        signed_pupils=signed,
        awaited_pupils=[str(entry.public_id) for entry in roll if not entry.has_signed],
        decided_on=on,
        decided_at=at,
    )


def _confirm(
    delivery: Delivery, roll: Iterable[RollEntry], *, reason: str, by: User | None, at: datetime
) -> None:
    signed = [entry for entry in roll if entry.has_signed]
    delivery.move_to(DeliveryState.CONFIRMED, by=by, at=at, comment=reason)
    DeliveryLine.objects.bulk_create(
        [DeliveryLine(delivery=delivery, pupil_id=entry.pupil) for entry in signed], ignore_conflicts=True
    )
    conventions = Convention.objects.filter(pk__in=[entry.convention for entry in signed])
    enqueue(
        *notifications.confirmed(delivery, reason, at=at),
        *notifications.day_for_families(delivery, conventions, at=at),
    )


def _cancel_and_replan(
    delivery: Delivery, *, reasons: tuple[str, ...], by: User | None, on: date, at: datetime
) -> None:
    """Call the day off and take the first free place of the schedule that leaves the school its notice."""
    delivery.move_to(DeliveryState.CANCELLED, by=by, at=at, comment=" ".join(reasons))
    replacement = _replan(delivery, on=on, at=at)
    enqueue(*notifications.gate_cancelled(delivery, reasons, replacement, at=at))


def _replan(delivery: Delivery, *, on: date, at: datetime) -> Delivery | None:
    """None when the delivery period has no free place left: the supplier then sees a task."""
    campaign, school = delivery.campaign, delivery.school
    after = earliest_notice(campaign, on)
    pupils = delivery.gate_check.expected_count
    slot = next(free_slots(campaign=campaign, school=school, after=after, pupils=pupils), None)
    if slot is None:
        return None
    return propose_delivery(
        school=school,
        campaign=campaign,
        on=slot.on,
        half_day=slot.half_day,
        team=slot.team,
        by=None,
        at=at,
        replaces=delivery,
    )
