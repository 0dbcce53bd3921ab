"""What the base knows of pupils, as something two tests can compare."""

from typing import Any

from schools.models import Enrolment, EnrolmentChange, Guardian, Guardianship, Pupil, PupilAlias


TABLES = (Pupil, PupilAlias, Enrolment, Guardian, Guardianship, EnrolmentChange)


def every_row() -> list[list[dict[str, Any]]]:
    """Every column of every row that an import may write, generated numbers included: equal means untouched."""
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


def names_enrolled() -> list[list[str]]:
    """INE, family name and class of whoever is enrolled, to compare with what a school typed."""
    active = Enrolment.objects.active().order_by("pupil__ine")
    return [list(row) for row in active.values_list("pupil__ine", "pupil__family_name", "class_code")]


def names_typed(*schools: Any) -> list[list[str]]:
    """The same, as fictitious schools have it."""
    pupils = [pupil for school in schools for pupil in school.pupils]
    return sorted([pupil.ine, pupil.family_name, pupil.class_code] for pupil in pupils)
