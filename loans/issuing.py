"""Each eligible pupil without a convention gets one, with its number, its log and its evidence.

A region is 60,000 on one evening. They are made some thousands at a time, so that the process holds few of them, and
the verdicts that ground them go from table to table inside PostgreSQL. All are of the caller's transaction: an act cut
short leaves none, and the next one makes them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _

from accounts.models import User
from loans.enums import OPEN_CONVENTION, OPEN_LOAN, ConventionState, LoanKind, SignerKind
from loans.models import Convention, ConventionText, Loan, Opposition
from loans.references import number_of, prefix_of, reference
from loans.witnessing import log_moves, witness
from programmes.models import Campaign
from schools.models import Enrolment
from schools.rules import is_adult


AT_A_TIME = 2_000


class Made(NamedTuple):
    """A new convention, and whose it is."""

    pk: int
    pupil_id: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A convention about to be written."""

    enrolment_id: int
    reference: str
    public_id: UUID
    signer_kind: str

    @property
    def stream(self) -> str:
        return Convention(public_id=self.public_id).stream


def issue_missing(
    campaign: Campaign, text: ConventionText, *, on: date, at: datetime, by: User | None
) -> list[Made]:
    """Make what is missing, in the order of schools, classes and names. The campaign is locked by the caller."""
    made: list[Made] = []
    for drawn in _in_parts(campaign, on):
        made += _write(drawn, text, on=on, at=at, by=by)
        witness(drawn, "issued", by, at, text_sha256=text.sha256, rules=campaign.rules_version)
    _keep_opposed(made, by, at)
    return made


def _in_parts(campaign: Campaign, on: date) -> Iterator[list[Drawn]]:
    rules, pupils = campaign.rule_tree.signer, _without_convention(campaign)
    prefix = prefix_of(campaign.slug, campaign.school_year)
    last = _last_number(prefix) if pupils else 0
    for start in range(0, len(pupils), AT_A_TIME):
        yield [
            Drawn(
                enrolment_id,
                reference(prefix, number),
                uuid4(),
                SignerKind.PUPIL
                if rules.adult_signs_alone and is_adult(birth_on, on, rules.signer_age)
                else SignerKind.GUARDIAN,
            )
            for number, (enrolment_id, birth_on) in enumerate(
                pupils[start : start + AT_A_TIME], start=last + start + 1
            )
        ]


def _without_convention(campaign: Campaign) -> list[tuple[int, date]]:
    """Their enrolments and birthdays."""
    convention = Convention.objects.filter(
        campaign=campaign, pupil=OuterRef("pupil"), state__in=OPEN_CONVENTION
    )
    laptop = Loan.objects.filter(pupil=OuterRef("pupil"), kind=LoanKind.MAIN, state__in=OPEN_LOAN)
    return list(
        Enrolment.objects.eligible()
        .filter(campaign=campaign, pupil__deceased_on=None)
        .exclude(Exists(convention))
        .exclude(Exists(laptop))
        .order_by("school__uai", "class_code", "pupil__search_key", "pk")
        .values_list("pk", "pupil__birth_on")
    )


def _last_number(prefix: str) -> int:
    """Drawn under a lock: two campaigns may share a prefix."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"references {prefix}"])
    used = Convention.objects.filter(reference__startswith=f"{prefix}-").aggregate(last=Max("reference"))
    return number_of(used["last"] or "") or 0


_WRITE = """
WITH made AS (
    INSERT INTO loans_convention (public_id, reference, campaign_id, pupil_id, enrolment_id, text_id, state,
        signer_kind, eligibility_verdict, issued_on, reminders_count, refusal_reason)
    SELECT drawn.public_id, drawn.reference, enrolment.campaign_id, enrolment.pupil_id, enrolment.id, %(text)s,
        %(state)s, drawn.signer_kind, enrolment.eligibility_verdict, %(on)s, 0, ''
    FROM unnest(%(enrolments)s::bigint[], %(references)s::text[], %(public_ids)s::uuid[], %(kinds)s::text[])
        WITH ORDINALITY AS drawn (enrolment_id, reference, public_id, signer_kind, rank)
    JOIN schools_enrolment enrolment ON enrolment.id = drawn.enrolment_id
    ORDER BY drawn.rank
    RETURNING id, pupil_id
), logged AS (
    INSERT INTO loans_conventionlog (subject_id, from_state, to_state, by_id, at, comment)
    SELECT id, '', %(state)s, %(by)s, %(at)s, '' FROM made ORDER BY id
)
SELECT id, pupil_id FROM made ORDER BY id
"""


def _write(
    drawn: list[Drawn], text: ConventionText, *, on: date, at: datetime, by: User | None
) -> list[Made]:
    given: dict[str, Any] = {
        "enrolments": [one.enrolment_id for one in drawn],
        "references": [one.reference for one in drawn],
        "public_ids": [str(one.public_id) for one in drawn],
        "kinds": [str(one.signer_kind) for one in drawn],
        "text": text.pk,
        "state": ConventionState.DRAFT.value,
        "on": on,
        "at": at,
        "by": by.pk if by else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, given)
        return [Made(*row) for row in cursor.fetchall()]


def _keep_opposed(made: list[Made], by: User | None, at: datetime) -> None:
    """A parent's opposition outlives the convention it was recorded on; not the pupil's coming of age."""
    opposed = Opposition.objects.standing().filter(campaign=OuterRef("campaign"), pupil=OuterRef("pupil"))
    rows = Convention.objects.filter(pk__in=[row.pk for row in made], signer_kind=SignerKind.GUARDIAN)
    found = list(rows.filter(Exists(opposed)))
    Convention.objects.filter(pk__in=[row.pk for row in found]).update(state=ConventionState.OPPOSED)
    comment = _("A parent’s opposition still stands.")
    log_moves(found, [row.state for row in found], ConventionState.OPPOSED, comment, by, at)
