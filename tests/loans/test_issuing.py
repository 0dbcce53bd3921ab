"""A region's conventions are made in parts, by one act that may be repeated."""

from datetime import date, datetime

from core.models import EvidenceEvent
from loans.conventions import issue_conventions
from loans.enums import ConventionState
from loans.issuing import AT_A_TIME
from loans.models import Convention, ConventionLog
from loans.references import number_of
from tests.loans.conftest import PARIS
from tests.loans.crowd import enrol_crowd
from tests.schools.factories import UserFactory


ON = date(2026, 9, 1)
AT = datetime(2026, 9, 1, 9, tzinfo=PARIS)


def test_a_crowd_gets_its_numbers_its_verdicts_its_log_and_its_evidence(campaign):
    enrol_crowd(campaign, AT_A_TIME + 1)
    officer = UserFactory()
    counts = issue_conventions(campaign=campaign, on=ON, by=officer, at=AT)
    rows = list(Convention.objects.select_related("enrolment").order_by("reference"))
    assert counts["issued"] == len(rows) == AT_A_TIME + 1
    assert [number_of(row.reference) for row in rows] == list(range(1, AT_A_TIME + 2))
    assert [row.enrolment_id for row in rows] == sorted(row.enrolment_id for row in rows)
    assert all(row.pupil_id == row.enrolment.pupil_id for row in rows)
    assert all(row.eligibility_verdict == row.enrolment.eligibility_verdict for row in rows)
    lines = ConventionLog.objects.filter(from_state="", to_state="draft", by=officer, at=AT)
    assert set(lines.values_list("subject", flat=True)) == {row.pk for row in rows}
    events = EvidenceEvent.objects.filter(action="issued", rank=1, payload__signer="guardian")
    assert sorted(events.values_list("stream", flat=True)) == sorted(row.stream for row in rows)


def test_the_next_run_makes_what_is_missing_and_numbers_go_on(campaign):
    enrol_crowd(campaign, 3)
    issue_conventions(campaign=campaign, on=ON, by=None, at=AT)
    Convention.objects.filter(reference__contains="-000002-").update(state=ConventionState.SUPERSEDED)
    assert issue_conventions(campaign=campaign, on=ON, by=None, at=AT)["issued"] == 1
    assert issue_conventions(campaign=campaign, on=ON, by=None, at=AT)["issued"] == 0
    assert sorted(map(number_of, Convention.objects.values_list("reference", flat=True))) == [1, 2, 3, 4]
