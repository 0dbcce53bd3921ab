"""The one query for signature and equipment figures."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from loans.dossiers import pupils_table
from loans.enums import ConventionState, PaperState, SignerKind
from loans.lending import lend_device
from loans.models import AddressCorrection, PaperCopy
from loans.progress import Progress, progress_by_class, progress_by_school, progress_of, signature_curve
from programmes.ruling import adopt_rules, vote_rules
from schools.enums import Eligibility
from tests.loans.conftest import DAY, NOON
from tests.loans.factories import ConventionFactory, DeviceFactory
from tests.schools.factories import EnrolmentFactory, SchoolFactory, UserFactory


@pytest.fixture
def school(db):
    return SchoolFactory()


@pytest.fixture
def pupil_of(school, campaign):
    def enrol(guardians=1, **fields):
        return EnrolmentFactory(school=school, campaign=campaign, guardians=guardians, **fields)

    return enrol


@pytest.fixture
def convention_of(pupil_of, campaign):
    def make(guardians=1, **fields):
        return ConventionFactory(campaign=campaign, enrolment=pupil_of(guardians), **fields)

    return make


def under(campaign, **gate):
    """The same campaign under other rules of the gate."""
    document = campaign.rule_tree.as_document()
    document["gate"] |= gate
    rules = vote_rules(
        programme=campaign.programme, document=document, note="Essai", by=None, on=date(2026, 7, 6)
    )
    adopt_rules(campaign=campaign, rules=rules, by=None, on=date(2026, 7, 6))
    campaign.refresh_from_db()
    return campaign


def test_each_pupil_is_counted_once_where_it_stands(campaign, school, pupil_of, convention_of):
    pupil_of()
    pupil_of(eligibility=Eligibility.NOT_ELIGIBLE)
    signed = convention_of(signed=True)
    convention_of(refused=True)
    convention_of(guardians=0, state=ConventionState.DRAFT)
    convention_of(state=ConventionState.SUPERSEDED)
    paper = convention_of(guardians=2)
    PaperCopy.objects.create(
        convention=paper,
        file_id=_file().pk,
        state=PaperState.PENDING,
        uploaded_by=UserFactory(),
        uploaded_at=NOON,
    )
    lend_device(pupil=signed.pupil, convention=signed, device=DeviceFactory(), by=None, on=DAY, at=NOON)
    assert progress_of(school, campaign) == Progress(
        eligible_count=6,
        with_contact_count=5,
        drafts_count=1,
        sent_count=1,
        signed_count=1,
        refused_count=1,
        paper_pending_count=1,
        unreachable_count=1,
        equipped_count=1,
        expected_count=5,
    )


def _file():
    from core.files import store_bytes

    return store_bytes(b"%PDF-", kind="paper", name="scan.pdf", content_type="application/pdf")


def test_the_rules_choose_the_denominator(campaign, school, convention_of):
    convention_of(signed=True)
    convention_of(guardians=0)
    convention_of(guardians=0, signed=True)
    convention_of(refused=True)
    assert progress_of(school, campaign).expected_count == 3
    assert progress_of(school, campaign).rate == Decimal(2) / 3
    campaign = under(campaign, denominator="eligible_with_contact")
    assert progress_of(school, campaign).rate == 1
    campaign = under(campaign, refusals_leave_denominator=False)
    assert progress_of(school, campaign).expected_count == 3


def test_an_adult_pupil_is_reached_at_an_own_address(campaign, school, convention_of):
    adult = convention_of(guardians=1, signer_kind=SignerKind.PUPIL)
    assert progress_of(school, campaign).unreachable_count == 1
    AddressCorrection.objects.create(pupil=adult.pupil, email="zoe@example.org", corrected_at=NOON)
    assert progress_of(school, campaign).unreachable_count == 0


def test_schools_add_up_to_the_region(campaign, convention_of):
    """Invariant 9."""
    convention_of(signed=True)
    convention_of()
    ConventionFactory(campaign=campaign, signed=True)
    figures = progress_by_school(campaign=campaign)
    total = sum(figures.values(), Progress())
    assert len(figures) == 2
    assert (total.eligible_count, total.signed_count, total.waiting_count) == (3, 2, 1)


def test_as_of_a_day_later_signatures_still_wait(campaign, school, convention_of):
    convention_of(signed=True, signed_on=date(2026, 9, 10))
    before = progress_of(school, campaign, on=date(2026, 9, 9))
    assert (before.signed_count, before.sent_count, before.expected_count) == (0, 1, 1)
    assert progress_of(school, campaign, on=date(2026, 9, 10)).signed_count == 1


def test_classes_of_a_school(campaign, school, pupil_of):
    pupil_of(class_code="2DE1")
    pupil_of(class_code="2DE2")
    assert {name: row.eligible_count for name, row in progress_by_class(school, campaign).items()} == {
        "2DE1": 1,
        "2DE2": 1,
    }


def test_the_curve_climbs_to_the_figures_of_today(campaign, school, convention_of):
    """N4."""
    for day in (2, 2, 4):
        convention_of(signed=True, signed_on=date(2026, 9, day))
    convention_of()
    curve = signature_curve(campaign=campaign, school=school, until=date(2026, 9, 5))
    assert curve[0].day == campaign.mailing_on
    assert [point.signed_count for point in curve[-5:]] == [0, 2, 2, 3, 3]
    assert curve[-1].expected_count == progress_of(school, campaign).expected_count == 4


def test_the_pupils_table_costs_the_same_for_any_number(
    campaign, school, convention_of, django_assert_num_queries
):
    for _ in range(3):
        convention_of(signed=True)
    loan = convention_of(signed=True)
    lend_device(pupil=loan.pupil, convention=loan, device=DeviceFactory(), by=None, on=DAY, at=NOON)
    with django_assert_num_queries(1):
        rows = [
            (row.pupil.full_name, row.convention_state, row.device_tag)
            for row in pupils_table(school, campaign)
        ]
    assert len(rows) == 4
    assert sum(tag is not None for _name, _state, tag in rows) == 1


def test_the_figures_cost_one_query(campaign, convention_of, django_assert_num_queries):
    for days in range(4):
        convention_of(signed=True, signed_on=DAY + timedelta(days=days))
    with django_assert_num_queries(1):
        progress_by_school(campaign=campaign)
