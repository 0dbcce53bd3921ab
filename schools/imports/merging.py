"""Two rows, one pupil? A file raises the question; a person answers it; what the schools' tables hold is joined.

What laptops and requests hold is joined by `support.merging`, which stands above and calls down here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from schools.enums import ChangeKind, EnrolmentState, MergeState
from schools.imports.context import SchoolRun
from schools.imports.matching import INE_SOURCE
from schools.models import Enrolment, EnrolmentChange, Guardianship, MergeProposal, Pupil, PupilAlias
from schools.search import search_key


def propose_merges(school_run: SchoolRun, *, alike: bool) -> int:
    """Newcomers who bear the names and birth date of a pupil known by another number become questions.

    Names are compared unaccented, the usage name counting as the family name. Twins have other given names. A pair is
    asked about once, whatever the answer was. Of a school's first file only exact namesakes (`alike`, when some were
    seen) are compared: among a region of newcomers nobody is known by another number yet.
    """
    by = school_run.run.by
    if 0 < school_run.known.newcomers <= FEW_NEW:
        return school_run.execute(_PROPOSE_CLOSE, by=by.pk if by else None)
    return school_run.execute(_PROPOSE_EXACT, by=by.pk if by else None) if alike else 0


FEW_NEW = 100
"""Newcomers of an ordinary night in one school, at most."""

_PROPOSE = """
INSERT INTO schools_mergeproposal (public_id, pupil_id, newcomer_id, state, enrolment_import_id, asked_by_id, facts,
                                   created_at)
SELECT gen_random_uuid(), p.id, s.pupil_id, 'open', %(import)s, %(by)s, '{{}}', %(at)s
FROM staged_pupil s
JOIN schools_pupil p ON p.birth_on = s.birth_on AND p.id < s.pupil_id AND p.merged_into_id IS NULL
WHERE s.is_new
  AND ({alike})
ON CONFLICT DO NOTHING
"""
_PROPOSE_EXACT = _PROPOSE.format(alike="p.search_key = s.search_key")

# All who were born that day are looked at: for the newcomers of a day, not for a region's.
_PROPOSE_CLOSE = _PROPOSE.format(
    alike="""p.search_key = s.search_key
       OR (unaccent(lower(p.given_name)) = unaccent(lower(s.given_name))
           AND ARRAY[unaccent(lower(p.family_name)), unaccent(lower(p.usage_name))]
               && array_remove(ARRAY[unaccent(lower(s.family_name)), unaccent(lower(s.usage_name))], ''))"""
)


@transaction.atomic
def keep_apart(*, proposal: MergeProposal, by: User, at: datetime, comment: str) -> None:
    """They are two people: never asked again. Saying it twice is harmless. Raises Refused(`merge_decided`)."""
    row = locked_proposal(proposal)
    if row.state == MergeState.APART:
        return
    refuse_unless_open(row)
    row.move_to(MergeState.APART, by=by, at=at, comment=comment)


def locked_proposal(proposal: MergeProposal) -> MergeProposal:
    """The question and both pupils, whom nobody lends to or moves meanwhile."""
    row = MergeProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    pair = Pupil.objects.filter(pk__in=[row.pupil_id, row.newcomer_id])
    list(pair.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    return row


def refuse_unless_open(row: MergeProposal) -> None:
    if row.state != MergeState.OPEN:
        raise Refused("merge_decided", _("This question is decided already."))


def both_attend(pupil: Pupil, newcomer: Pupil) -> str:
    """Why the two cannot be joined yet: each attends a school. "" when nothing stands in the way."""
    active = Enrolment.objects.active().filter(pupil__in=[pupil, newcomer]).select_related("school")
    places = {(one.pupil_id, one.campaign_id): one.school.name for one in active}
    for (pupil_id, campaign_id), place in places.items():
        other = places.get((newcomer.pk, campaign_id))
        if pupil_id == pupil.pk and other:
            return _(
                "Both attend a school today (%(first)s; %(second)s). Wait until one enrolment is closed."
            ) % {
                "first": place,
                "second": other,
            }
    return ""


def merge_rows(*, pupil: Pupil, newcomer: Pupil, at: datetime, on: date) -> None:
    """All that the schools know of the newcomer becomes the pupil's; numbers are kept, so files find the pupil.

    In the transaction of the act, both rows locked; `both_attend` was asked.
    """
    moved_from = pupil.enrolments.filter(state=EnrolmentState.LEFT).order_by("-left_on", "-pk").first()
    here = newcomer.enrolments.filter(state=EnrolmentState.ACTIVE).first()
    newcomer_is_current = (
        here is not None or not pupil.enrolments.filter(state=EnrolmentState.ACTIVE).exists()
    )
    _join_guardians(pupil, newcomer, on, newcomer_is_current)
    newcomer.enrolments.update(pupil=pupil)
    newcomer.aliases.update(pupil=pupil)
    _join_identity(pupil, newcomer, newcomer_is_current)
    if here:
        _tell(here, moved_from, at, on)


def _join_guardians(pupil: Pupil, newcomer: Pupil, on: date, newcomer_is_current: bool) -> None:
    """The links of the side that attends a school stay current; the other side's are kept, ended."""
    theirs = newcomer.guardianships.current()
    ending = pupil.guardianships.current() if newcomer_is_current and theirs.exists() else theirs
    shared = set(pupil.guardianships.values_list("guardian", flat=True))
    stays = theirs if newcomer_is_current else Guardianship.objects.none()
    current = set(stays.values_list("guardian", flat=True))
    ending.exclude(guardian__in=current & shared).update(ended_on=on)
    pupil.guardianships.filter(guardian__in=current & shared).update(ended_on=None)
    newcomer.guardianships.exclude(guardian__in=shared).update(pupil=pupil)
    newcomer.guardianships.update(ended_on=on)


def _join_identity(pupil: Pupil, newcomer: Pupil, newcomer_is_current: bool) -> None:
    """The side that attends gives names, addresses and number; a known value is never blanked."""
    fresh, old = (newcomer, pupil) if newcomer_is_current else (pupil, newcomer)
    numbers = {*pupil.former_ines, *newcomer.former_ines, pupil.ine, newcomer.ine} - {None, ""}
    values: dict[str, Any] = {
        field: getattr(fresh, field) or getattr(old, field)
        for field in ("ine", "family_name", "usage_name", "given_name", "email", "phone", "deceased_on")
    }
    values["former_ines"] = sorted(numbers - {values["ine"]})
    values["search_key"] = search_key(values["family_name"], values["usage_name"], values["given_name"])[:320]
    Pupil.objects.filter(pk=newcomer.pk).update(
        ine=None, former_ines=[], email="", phone="", merged_into=pupil
    )
    Pupil.objects.filter(pk=pupil.pk).update(**values)
    PupilAlias.objects.bulk_create(
        [
            PupilAlias(pupil=pupil, source=INE_SOURCE, scope="", identifier=number)
            for number in values["former_ines"]
        ],
        ignore_conflicts=True,
    )


def _tell(here: Enrolment, moved_from: Enrolment | None, at: datetime, on: date) -> None:
    """The apps above read a move when the pupil had left somewhere, a change otherwise."""
    details: dict[str, Any] = {"fields": ["merged"]}
    if moved_from is not None:
        details = {"from_uai": moved_from.school.uai, "from_enrolment": moved_from.pk, "merged": True}
    kind = ChangeKind.MOVED if moved_from else ChangeKind.CHANGED
    EnrolmentChange.objects.create(enrolment_id=here.pk, kind=kind, on=on, details=details, created_at=at)
