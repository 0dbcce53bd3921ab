"""The level of each study code: by the file's nomenclature, else by earlier files, else by the code itself."""

from __future__ import annotations

from schools.codes import level_from_mef
from schools.models import Enrolment
from schools.sources.rows import Roll


def know_levels(roll: Roll) -> tuple[Roll, frozenset[str]]:
    """The roll with its pupils' levels, and the study codes whose level had to be deduced."""
    wanted = {pupil.mef for pupil in roll.pupils if pupil.mef}
    levels = {mef: level for mef, level in _from_nomenclature(roll).items() if mef in wanted}
    unknown = wanted - levels.keys()
    if unknown:
        levels |= _from_earlier_files(unknown)
    deduced = {mef: level_from_mef(mef) for mef in wanted - levels.keys()}
    levels |= {mef: level for mef, level in deduced.items() if level}
    return roll.with_levels(levels), frozenset(mef for mef, level in deduced.items() if level)


def _from_nomenclature(roll: Roll) -> dict[str, str]:
    """A local variant without a level of its own has that of the national code it depends on."""
    own = {study.mef: study.mefstat4 for study in roll.studies if study.mefstat4}
    national = {
        study.mef: own[study.national_mef]
        for study in roll.studies
        if not study.mefstat4 and study.national_mef in own
    }
    return own | national


def _from_earlier_files(mefs: set[str]) -> dict[str, str]:
    known = Enrolment.objects.filter(study_code__in=mefs).exclude(level="").order_by("study_code")
    return dict(known.values_list("study_code", "level").distinct())
