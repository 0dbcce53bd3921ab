"""Lending and what follows: only `loans.lending` writes loans (invariants 1, 2 and 4)."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from core.models import EvidenceEvent
from core.refusals import Refused
from loans import lending
from loans.enums import ConventionState, DeviceState, LoanEnd, LoanKind, LoanState
from loans.models import Loan
from tests.loans.conftest import DAY, NOON
from tests.loans.factories import ConventionFactory, ConventionTextFactory, DeviceFactory


@pytest.fixture
def convention(campaign):
    return ConventionFactory(campaign=campaign, signed=True)


def lend(convention, device=None, **options):
    device = device or DeviceFactory()
    return lending.lend_device(
        pupil=convention.pupil, convention=convention, device=device, by=None, on=DAY, at=NOON, **options
    )


def refusal(act):
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.sentence
    return refused.value.code


def test_a_signed_convention_opens_a_loan_and_leaves_a_trace(convention):
    loan = lend(convention)
    loan.device.refresh_from_db()
    assert (loan.state, loan.device.state) == (LoanState.ACTIVE, DeviceState.ON_LOAN)
    assert loan.log.get().to_state == LoanState.ACTIVE
    assert EvidenceEvent.objects.get(stream=convention.stream).action == "device_lent"


def test_lending_the_same_laptop_again_is_the_same_loan(convention):
    loan = lend(convention)
    assert lend(convention, loan.device) == loan
    assert Loan.objects.count() == 1


@pytest.mark.parametrize(
    "state", sorted(set(ConventionState) - {ConventionState.SIGNED, ConventionState.SUPERSEDED})
)
def test_no_laptop_without_a_signature(campaign, state):
    convention = ConventionFactory(campaign=campaign, state=ConventionState.SENT)
    if state == ConventionState.REFUSED:
        convention = ConventionFactory(campaign=campaign, refused=True)
    assert refusal(partial(lend, convention)) == "convention_not_signed"


def test_no_laptop_under_another_pupils_convention(campaign, convention):
    other = ConventionFactory(campaign=campaign, signed=True)
    act = partial(
        lending.lend_device,
        pupil=other.pupil,
        convention=convention,
        device=DeviceFactory(),
        by=None,
        on=DAY,
        at=NOON,
    )
    assert refusal(act) == "convention_other_pupil"


def test_no_laptop_under_a_text_that_changed_since(campaign, convention):
    """Invariant 2: signed for the text version in force."""
    other = [{"title": "Objet", "paragraphs": ["Une tablette est prêtée."]}]
    ConventionTextFactory(campaign=campaign, number=2, sections=other, sha256="1" * 64)
    assert refusal(partial(lend, convention)) == "text_changed"


def test_a_second_laptop_is_refused_and_a_substitute_is_not(convention):
    lend(convention)
    assert refusal(partial(lend, convention)) == "already_has_laptop"
    assert lend(convention, kind=LoanKind.SUBSTITUTE, due_on=DAY + timedelta(days=30)).kind == "substitute"
    assert refusal(partial(lend, convention, kind=LoanKind.SUBSTITUTE)) == "already_has_laptop"


@pytest.mark.parametrize("state", sorted(set(DeviceState) - {DeviceState.IN_STOCK}))
def test_only_a_laptop_in_stock_is_lent(convention, state):
    assert refusal(partial(lend, convention, DeviceFactory(state=state))) == "device_not_in_stock"


def test_the_database_itself_refuses_two_loans(campaign, convention):
    """Invariant 1, whoever writes the row."""
    loan = lend(convention)
    other = ConventionFactory(campaign=campaign, signed=True)
    for pupil, device in [(convention.pupil, DeviceFactory()), (other.pupil, loan.device)]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Loan.objects.create(convention=convention, pupil=pupil, device=device, started_on=DAY)


def test_a_swap_ends_one_loan_and_opens_another_under_the_same_convention(convention):
    loan, new = lend(convention), DeviceFactory()
    swap = partial(
        lending.swap_device,
        loan=loan,
        new_device=new,
        end_state=LoanState.CLOSED,
        end_reason=LoanEnd.REPLACED,
        old_device_state=DeviceState.IN_TRANSIT,
        by=None,
        on=DAY,
        at=NOON,
    )
    replacement = swap()
    loan.refresh_from_db()
    assert (loan.state, loan.end_reason, loan.device.state) == ("closed", "replaced", "in_transit")
    assert (replacement.replaces, replacement.device, replacement.convention) == (loan, new, convention)
    assert swap() == replacement


def test_a_stolen_laptop_is_replaced_then_found(convention):
    """N11: the loan ends on the day of the theft; the machine may come back years later."""
    loan = lend(convention)
    lending.declare_missing(loan=loan, stolen=True, by=None, on=DAY, at=NOON)
    later = DAY + timedelta(days=20)
    replacement = lending.swap_device(
        loan=loan,
        new_device=DeviceFactory(),
        end_state=LoanState.STOLEN,
        end_reason=LoanEnd.STOLEN,
        old_device_state=DeviceState.STOLEN,
        by=None,
        on=later,
        at=NOON,
    )
    lending.return_device(loan=loan, by=None, on=later, at=NOON)
    loan.refresh_from_db()
    assert (loan.state, loan.ended_on, loan.device.state) == ("stolen", DAY, "quarantined")
    assert replacement.started_on == later


def test_a_repair_keeps_the_loan(convention):
    loan = lend(convention)
    assert lending.send_to_repair(loan=loan, by=None, at=NOON).state == LoanState.IN_REPAIR
    loan = lending.receive_from_repair(loan=loan, by=None, at=NOON)
    assert (loan.state, loan.device.state) == (LoanState.ACTIVE, DeviceState.ON_LOAN)


def test_a_return_may_be_asked_cancelled_and_done(convention):
    loan = lend(convention)
    asked = lending.ask_back(loan=loan, due_on=DAY + timedelta(days=15), by=None, at=NOON)
    assert (asked.state, asked.due_on) == (LoanState.RETURN_DUE, DAY + timedelta(days=15))
    assert lending.cancel_ask_back(loan=loan, by=None, at=NOON).due_on is None
    done = lending.return_device(loan=loan, by=None, on=DAY, at=NOON)
    assert (done.state, done.end_reason, done.device.state) == ("closed", "returned", "quarantined")
    assert lending.return_device(loan=loan, by=None, on=DAY + timedelta(days=9), at=NOON).ended_on == DAY


def test_the_desk_undoes_a_mistake_the_same_day_only(convention):
    loan = lend(convention)
    tomorrow = NOON + timedelta(days=1)
    assert refusal(partial(lending.undo_loan, loan=loan, by=None, at=tomorrow)) == "undo_too_late"
    undone = lending.undo_loan(loan=loan, by=None, at=NOON)
    assert (undone.end_reason, undone.device.state) == (LoanEnd.UNDONE, DeviceState.IN_STOCK)
    assert undone.device.school == convention.enrolment.school
    assert lend(convention, undone.device).pk != loan.pk
