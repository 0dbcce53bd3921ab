"""What a school year does to a fictitious region. Each function changes the region in place; export it again after."""

from __future__ import annotations

from datetime import date

from schools.fictitious.names import FAMILY_NAMES
from schools.fictitious.region import (
    FictitiousPupil,
    FictitiousRegion,
    FictitiousSchool,
    Study,
    make_pupil,
)


TRANSFER, GONE_WORKING = "10", "20"


def leave(pupil: FictitiousPupil, *, on: date, reason: str = GONE_WORKING) -> None:
    """The school typed an exit date: the pupil stays in the file."""
    pupil.exit_on, pupil.exit_reason = on, reason


def vanish(school: FictitiousSchool, pupil: FictitiousPupil) -> None:
    """The pupil is no longer in the file, and nobody said why."""
    school.pupils.remove(pupil)


def transfer(
    pupil: FictitiousPupil,
    *,
    origin: FictitiousSchool,
    destination: FictitiousSchool,
    on: date,
    eleve_id: int,
) -> FictitiousPupil:
    """The pupil leaves a school for another: both files list them, the second under another ELEVE_ID."""
    same_study = [other.class_code for other in destination.pupils if other.study == pupil.study]
    arrived = FictitiousPupil(
        eleve_id=eleve_id,
        ine=pupil.ine,
        family_name=pupil.family_name,
        usage_name=pupil.usage_name,
        given_name=pupil.given_name,
        birth_on=pupil.birth_on,
        study=pupil.study,
        class_code=same_study[0] if same_study else f"{pupil.study.class_prefix}1",
        entry_on=on,
        is_repeater=pupil.is_repeater,
        email=pupil.email,
        phone=pupil.phone,
        previous_mef=pupil.previous_mef,
        previous_uai=origin.uai,
        links=pupil.links,
    )
    leave(pupil, on=on, reason=TRANSFER)
    destination.pupils.append(arrived)
    return arrived


def arrive(
    region: FictitiousRegion, school: FictitiousSchool, *, on: date, study: Study | None = None
) -> FictitiousPupil:
    """A newcomer, in the first class of the school or of the study asked for."""
    model = next(pupil for pupil in school.pupils if study is None or pupil.study == study)
    pupil = make_pupil(region, school, model.study, model.class_code, on)
    school.pupils.append(pupil)
    return pupil


def rename(region: FictitiousRegion, pupil: FictitiousPupil) -> None:
    """A change of name at the registry office: the same pupil under another name."""
    others = [name for name in FAMILY_NAMES if name != pupil.family_name]
    pupil.family_name = region.random.choice(others)


def change_ine(pupil: FictitiousPupil, *, new: str) -> None:
    """The number is replaced at the source, the old one stays beside it for a while."""
    pupil.old_ine, pupil.ine = pupil.ine, new
