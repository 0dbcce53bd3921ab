"""Departures and transfers, as the enrolment files tell them, each acted upon exactly once (N12)."""

from collections import Counter
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.verdicts import Verdict
from loans import lending
from loans.enums import OPEN_LOAN
from loans.models import Loan
from programmes.enums import DepartureReason, SchoolKind
from programmes.models import Campaign
from schools.enums import ChangeKind, EnrolmentState
from schools.models import ChangeReceipt, Enrolment, EnrolmentChange, Pupil, School
from support.enums import Channel, DepartureOutcome, ReturnReason, TicketKind
from support.models import DeviceReturn
from support.returns import cancel_return, locked, open_return
from support.rules import DepartureFacts, departure_outcome
from support.tickets import open_ticket


CONSUMER = "support"
MOVES = (ChangeKind.LEFT, ChangeKind.MOVED, ChangeKind.RETURNED)
BATCH = 1000
KEEPS = (DepartureOutcome.KEEP, DepartureOutcome.CESSION)
RETURN_REASONS = {
    DepartureReason.NON_MEMBER_SCHOOL: ReturnReason.NON_MEMBER,
    DepartureReason.OTHER_REGION: ReturnReason.OTHER_REGION,
    DepartureReason.APPRENTICE_CENTRE: ReturnReason.CFA,
    DepartureReason.END_OF_SCHOOLING: ReturnReason.END_OF_SCHOOLING,
}


def consume_changes(*, campaign: Campaign, on: date, at: datetime) -> dict[str, int]:
    """Settle every change up to that day that nobody settled yet; run again, or by two workers, nothing more happens.

    Returns counts by what became of the changes: opened, cancelled, kept, ceded, deceased, nothing.
    """
    counts: Counter[str] = Counter()
    pending = EnrolmentChange.objects.pending_for(CONSUMER).filter(enrolment__campaign=campaign, on__lte=on)
    moves = pending.filter(kind__in=MOVES, enrolment__pupil__loans__state__in=OPEN_LOAN).distinct()
    settled = list(moves.select_related("enrolment__pupil", "enrolment__school"))
    for change in settled:
        if outcome := settle_change(change=change, campaign=campaign, on=on, at=at):
            counts[outcome] += 1
    quiet = pending.exclude(pk__in=[change.pk for change in settled])
    counts["nothing"] += _tick_off(list(quiet.values_list("pk", flat=True)), on)
    return dict(counts)


@transaction.atomic
def settle_change(*, change: EnrolmentChange, campaign: Campaign, on: date, at: datetime) -> str:
    """Act on one change and sign for it in the same transaction; "" when another worker did."""
    _receipt, is_ours = ChangeReceipt.objects.get_or_create(
        change=change, consumer=CONSUMER, defaults={"consumed_on": on}
    )
    if not is_ours:
        return ""
    pupil = change.enrolment.pupil
    Pupil.objects.select_for_update(of=("self",), no_key=True).get(pk=pupil.pk)
    loan = pupil.loans.main().open().select_related("convention__campaign__rules", "device").first()
    if loan is None:
        return "nothing"
    if pupil.deceased_on:
        return _hand_to_a_person(pupil, campaign, at)
    facts = departure_facts(pupil, change.enrolment, campaign)
    verdict = departure_outcome(facts, campaign.rule_tree, campaign.rules_version, on)
    return _apply(verdict, facts, loan, change, at)


@transaction.atomic
def tell_reason(
    *, device_return: DeviceReturn, reason: str, by: User, at: datetime, on: date
) -> DeviceReturn:
    """The school or an agent says why the pupil left: the rules decide again, the laptop may be kept after all."""
    device_return = locked(device_return)
    campaign = device_return.loan.convention.campaign
    verdict = departure_outcome(DepartureFacts(reason), campaign.rule_tree, campaign.rules_version, on)
    if verdict.outcome in KEEPS:
        return cancel_return(device_return=device_return, by=by, at=at, reason=" ".join(verdict.reasons))
    _restate(device_return, reason, verdict)
    return device_return


def departure_facts(pupil: Pupil, left: Enrolment, campaign: Campaign) -> DepartureFacts:
    """Where the pupil is now, or the reason the file gives for leaving."""
    here = (
        Enrolment.objects.active()
        .filter(
            pupil=pupil,
            campaign__programme=campaign.programme_id,
            campaign__school_year__gte=campaign.school_year,
        )
        .select_related("school", "campaign")
        .order_by("-campaign__school_year", "-entered_on")
        .first()
    )
    if here is None:
        return DepartureFacts(_reason_in_file(left.exit_reason))
    return DepartureFacts(_reason_there(here), destination=here.school.name)


def _reason_there(here: Enrolment) -> str:
    if School.objects.members_of(here.campaign).filter(pk=here.school_id).exists():
        return DepartureReason.MEMBER_SCHOOL
    if here.school.kind == SchoolKind.CFA:
        return DepartureReason.APPRENTICE_CENTRE
    return DepartureReason.NON_MEMBER_SCHOOL


def _reason_in_file(exit_reason: str) -> str:
    """SIECLE's codes say too little (10: studies go on, 99: unknown); other sources may write our own words."""
    return exit_reason if exit_reason in DepartureReason.values else DepartureReason.UNKNOWN


def _apply(verdict: Verdict, facts: DepartureFacts, loan: Loan, change: EnrolmentChange, at: datetime) -> str:
    if verdict.outcome in KEEPS:
        return _keep(verdict, loan, at)
    left = change.enrolment
    if left.state == EnrolmentState.ACTIVE:  # MOVED may name the place of arrival
        left = (
            left.pupil.enrolments.filter(state=EnrolmentState.LEFT).order_by("-left_on", "-pk").first()
            or left
        )
    if live := loan.returns.live().first():
        _restate(live, facts.reason, verdict)
        return "nothing"
    reason = RETURN_REASONS.get(DepartureReason(facts.reason), ReturnReason.UNKNOWN)
    open_return(
        loan=loan,
        reason=reason,
        verdict=verdict,
        by=None,
        at=at,
        school=left.school,
        change=change,
        on=verdict.on,
    )
    return "opened"


def _restate(device_return: DeviceReturn, reason: str, verdict: Verdict) -> None:
    """Better informed, the same return: only its reason and its verdict change."""
    device_return.reason = RETURN_REASONS.get(DepartureReason(reason), ReturnReason.UNKNOWN)
    device_return.verdict = verdict.as_json()
    device_return.save(update_fields=["reason", "verdict"])


def _keep(verdict: Verdict, loan: Loan, at: datetime) -> str:
    live = loan.returns.live().first()
    if live:
        cancel_return(device_return=live, by=None, at=at, reason=" ".join(verdict.reasons))
    if verdict.outcome == DepartureOutcome.CESSION:
        lending.cede_device(loan=loan, by=None, on=verdict.on, at=at)
        return "ceded"
    return "cancelled" if live else "kept"


def _hand_to_a_person(pupil: Pupil, campaign: Campaign, at: datetime) -> str:
    """After a death nothing is asked of the family by a machine: an agent sees to it, with tact."""
    open_ticket(
        campaign=campaign,
        kind=TicketKind.DEPARTURE,
        subject=_("A pupil died: see with the school what becomes of the laptop"),
        body=_("No message was sent to the family. Call the school before doing anything."),
        channel=Channel.PHONE,
        by=None,
        at=at,
        pupil=pupil,
        requester_name=_("Cartable"),
    )
    return "deceased"


def _tick_off(pks: list[int], on: date) -> int:
    """Sign for all that asks nothing of us, in bulk."""
    for start in range(0, len(pks), BATCH):
        receipts = [
            ChangeReceipt(change_id=pk, consumer=CONSUMER, consumed_on=on)
            for pk in pks[start : start + BATCH]
        ]
        ChangeReceipt.objects.bulk_create(receipts, ignore_conflicts=True)
    return len(pks)
