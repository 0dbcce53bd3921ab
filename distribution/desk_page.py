"""What the desk shows: who is found, who was just served, how many are left."""

from dataclasses import dataclass

from django.db.models import Q

from distribution.desk import line_counts
from distribution.enums import LineState
from distribution.models import Delivery, DeliveryLine
from loans.dossiers import pupils_table
from loans.enums import ConventionState
from loans.models import Device
from schools.enums import Eligibility
from schools.models import Enrolment, Pupil


SHOWN = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pupil of the school as the desk sees them; `line` is empty for who has not signed by now."""

    enrolment: Enrolment
    line: DeliveryLine | None

    @property
    def pupil(self) -> Pupil:
        return self.enrolment.pupil

    @property
    def has_laptop(self) -> bool:
        return self.enrolment.loan_public_id is not None

    @property
    def can_receive(self) -> bool:
        return self.enrolment.convention_state == ConventionState.SIGNED and not self.has_laptop

    @property
    def situation(self) -> str:
        """handed_over, served_before, not_signed, absent, or expected."""
        if self.has_laptop:
            here = self.line and self.line.state == LineState.HANDED_OVER
            return "handed_over" if here else "served_before"
        if self.enrolment.convention_state != ConventionState.SIGNED:
            return "not_signed"
        return "absent" if self.line and self.line.state == LineState.ABSENT else "expected"


def search(delivery: Delivery, words: str) -> list[Candidate]:
    """Pupils of this school by name, INE or convention, at most eight; nobody without a word."""
    words = words.strip()
    if not words:
        return []
    found = Q(pupil__in=Pupil.objects.matching(words)) | Q(convention__reference__iexact=words)
    return _candidates(delivery, _pupils(delivery).filter(found).order_by("pupil__search_key")[:SHOWN])


def candidate(delivery: Delivery, public_id: str) -> Candidate | None:
    """One pupil of this school; None for anybody else."""
    found = _candidates(delivery, _pupils(delivery).filter(pupil__public_id=public_id))
    return found[0] if found else None


def everybody(delivery: Delivery) -> list[Candidate]:
    """All the pupils of the delivery by class: those with a line, and those who have not signed."""
    rows = _pupils(delivery).filter(eligibility=Eligibility.ELIGIBLE)
    return _candidates(delivery, rows.order_by("class_code", "pupil__search_key"))


def scanned_device(words: str) -> Device | None:
    """The laptop whose label was scanned where a pupil was expected."""
    code = words.strip()
    return Device.objects.by_scan(code).first() if any(letter.isdigit() for letter in code) else None


def last_lines(delivery: Delivery) -> list[DeliveryLine]:
    """The ten laptops handed over last, the latest first."""
    lines = delivery.lines.filter(state=LineState.HANDED_OVER)
    return list(lines.select_related("pupil", "loan__device").order_by("-settled_at", "-pk")[:10])


def side_context(delivery: Delivery) -> dict:
    counts = line_counts(delivery)
    return {"delivery": delivery, "counts": counts, "last_lines": last_lines(delivery)}


def _pupils(delivery: Delivery):
    return pupils_table(delivery.school, delivery.campaign)


def _candidates(delivery: Delivery, rows) -> list[Candidate]:
    rows = list(rows)
    lines = {line.pupil_id: line for line in delivery.lines.filter(pupil__in=[row.pupil_id for row in rows])}
    return [Candidate(row, lines.get(row.pupil_id)) for row in rows]
