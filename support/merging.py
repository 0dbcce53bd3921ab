"""Two rows are one pupil: joined from the schools' tables up to the requests for help, or refused with a sentence (X7).

The act stands here because it moves rows of every app below; each app says what stands in the way and joins its own.
"""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from core.refusals import Refused
from distribution import merging as distribution
from loans import merging as loans
from schools.enums import MergeState
from schools.imports import merging as schools
from schools.imports.reverting import refuse_own_question
from schools.models import MergeProposal, Pupil


@transaction.atomic
def merge_pupils(*, proposal: MergeProposal, by: User, at: datetime, on: date, comment: str) -> Pupil:
    """The newcomer's enrolments, guardians, numbers, convention, laptop and requests become the pupil's.

    The newcomer's row stays, empty, and leads to the pupil. Merging twice is harmless. Raises Refused(`second_person`,
    `merge_decided`, `merge_impossible`).
    """
    row = schools.locked_proposal(proposal)
    pupil, newcomer = row.pupil, row.newcomer
    if row.state == MergeState.MERGED:
        return pupil
    schools.refuse_unless_open(row)
    refuse_own_question(asked_by_id=row.asked_by_id, by=by)
    if obstacles := obstacles_to_merge(pupil, newcomer):
        raise Refused("merge_impossible", " ".join(obstacles))
    loans.merge_rows(pupil=pupil, newcomer=newcomer, by=by, at=at)
    distribution.merge_rows(pupil=pupil, newcomer=newcomer)
    newcomer.tickets.update(pupil=pupil)
    newcomer.interventions.update(pupil=pupil)
    schools.merge_rows(pupil=pupil, newcomer=newcomer, at=at, on=on)
    row.facts = {
        "pupil": str(pupil.public_id),
        "newcomer": str(newcomer.public_id),
        "ine": newcomer.ine or "",
    }
    row.save(update_fields=["facts"])
    row.move_to(MergeState.MERGED, by=by, at=at, comment=comment)
    pupil.refresh_from_db()
    return pupil


def obstacles_to_merge(pupil: Pupil, newcomer: Pupil) -> list[str]:
    """Sentences, one an obstacle; empty when the two can be joined."""
    asked = (schools.both_attend, loans.both_hold, distribution.both_expected)
    return [sentence for ask in asked if (sentence := ask(pupil, newcomer))]
