"""The empty table, for one school: its number, its classes and its studies already there to choose from."""

from __future__ import annotations

from programmes.models import Campaign
from schools.models import Enrolment, School
from schools.sources.tables.template import TEMPLATES, Filler, Template, make_template


__all__ = ["TEMPLATES", "template_for"]


def template_for(*, school: School | None, campaign: Campaign, file_format: str) -> Template:
    """A table to fill for this school, or for any when none is named; `file_format` is of TEMPLATES."""
    enrolments = Enrolment.objects.none()
    if school:
        enrolments = Enrolment.objects.filter(school=school, campaign=campaign)
    classes = enrolments.exclude(class_code="").order_by("class_code").values_list("class_code", flat=True)
    studies = (
        enrolments.exclude(study_code="").order_by("study_code").values_list("study_code", "study_label")
    )
    filler = Filler(
        uai=school.uai if school else "",
        school_name=school.name if school else "",
        school_year=campaign.school_year,
        classes=tuple(classes.distinct()),
        studies=tuple(studies.distinct()),
    )
    return make_template(filler, file_format)
