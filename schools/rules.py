"""What the programme decides about pupils: who is an adult, who is eligible. Pure: no base, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.verdicts import Verdict
from programmes.rule_tree import Rules
from programmes.rule_tree.people import Population
from schools.enums import Eligibility


AGE_OF_MAJORITY = 18  # years; Code civil, article 414


def age_on(birth_on: date, on: date) -> int:
    """Completed years on that day; born on 29 February, one is a year older on 1 March of common years."""
    had_birthday = (on.month, on.day) >= (birth_on.month, birth_on.day)
    return on.year - birth_on.year - (0 if had_birthday else 1)


def is_adult(birth_on: date, on: date, age: int = AGE_OF_MAJORITY) -> bool:
    """Whether the pupil is of age that day: majority comes on the birthday itself."""
    return age_on(birth_on, on) >= age


def comes_of_age_on(birth_on: date, age: int = AGE_OF_MAJORITY) -> date:
    """The first day the pupil is of age: the birthday, 1 March for a 29 February where there is none."""
    try:
        return birth_on.replace(year=birth_on.year + age)
    except ValueError:
        return date(birth_on.year + age, 3, 1)


def born_by(on: date, age: int) -> date:
    """The latest birthday of those who have that age; born on 29 February, one is a year older on 1 March."""
    try:
        return on.replace(year=on.year - age)
    except ValueError:
        return on.replace(year=on.year - age, day=28)


@dataclass(frozen=True, slots=True)
class EligibilityFacts:
    """What eligibility looks at. `joined_from` is the school of last year, "" when unknown.

    `comes_from_outside` is None when nobody knows; False when last year's school was already in the programme.
    """

    has_ine: bool
    level: str
    study: str
    status: str
    is_repeater: bool
    joined_from: str
    comes_from_outside: bool | None
    school_kind: str
    school_sector: str
    school_department: str
    school_is_member: bool
    school_has_label: bool


_FACTS = tuple(field.name for field in fields(EligibilityFacts))


def as_dict(facts: EligibilityFacts) -> dict[str, Any]:
    """The facts as a verdict keeps them."""
    return {name: getattr(facts, name) for name in _FACTS}


def eligibility(facts: EligibilityFacts, rules: Rules, version: str, on: date) -> Verdict:
    """Whether this enrolment gives a right to a device (N2), with every reason.

    Seed 004: all pupils of Seconde and of the first year of a two-year CAP; in Première and in the second year of
    CAP, for equity, those who arrive from elsewhere or repeat the year.
    """
    obstacles = [*_school_obstacles(facts, rules.population), *_pupil_obstacles(facts, rules.population)]
    rule, reason, admitted = _by_level(facts, rules.population)
    if not admitted:
        obstacles.insert(0, (rule, reason))
    outcome = Eligibility.NOT_ELIGIBLE if obstacles else Eligibility.ELIGIBLE
    reasons = tuple(sentence for _rule, sentence in obstacles) or (reason,)
    return Verdict(outcome, reasons, obstacles[0][0] if obstacles else rule, version, as_dict(facts), on)


def _by_level(facts: EligibilityFacts, rules: Population) -> tuple[str, str, bool]:
    if not facts.level:
        return "population.entry_levels", _("The level of the study followed is unknown."), False
    study = {"study": facts.study or facts.level}
    if facts.level in rules.entry_levels:
        return "population.entry_levels", _("%(study)s: every pupil of this level is equipped.") % study, True
    if facts.level in rules.mid_course_levels:
        return _mid_course(facts, rules, study)
    return "population.entry_levels", _("%(study)s: this level is not equipped.") % study, False


def _mid_course(facts: EligibilityFacts, rules: Population, study: dict[str, str]) -> tuple[str, str, bool]:
    if facts.is_repeater and rules.repeaters_admitted:
        return "population.repeaters_admitted", _("%(study)s: the pupil repeats the year.") % study, True
    if facts.comes_from_outside and rules.newcomers_admitted:
        return (
            "population.newcomers_admitted",
            _("%(study)s: the pupil comes from outside the programme.") % study,
            True,
        )
    if facts.comes_from_outside is None and rules.newcomers_admitted:
        sentence = _(
            "%(study)s: only newcomers and pupils who repeat the year are equipped, "
            "and last year’s school is not filled in at the source."
        )
    else:
        sentence = _("%(study)s: only newcomers and pupils who repeat the year are equipped.")
    return "population.mid_course_levels", sentence % study, False


def _school_obstacles(facts: EligibilityFacts, rules: Population) -> Iterator[tuple[str, str]]:
    if rules.membership_required and not facts.school_is_member:
        yield "population.membership_required", _("The school has not joined the programme this year.")
    if rules.label_required and not facts.school_has_label:
        yield "population.label_required", _("The school does not have the programme’s label.")
    if facts.school_kind not in rules.school_kinds:
        yield "population.school_kinds", _("The programme does not equip this kind of school.")
    if facts.school_sector not in rules.sectors:
        yield "population.sectors", _("The programme does not equip schools of this sector.")
    if not is_in_departments(facts.school_department, rules.departments):
        yield "population.departments", _("The school is outside the territory of the programme.")


def _pupil_obstacles(facts: EligibilityFacts, rules: Population) -> Iterator[tuple[str, str]]:
    if facts.status not in rules.statuses:
        yield (
            "population.statuses",
            _("The pupil’s status (%(status)s) is not one of those equipped.") % {"status": facts.status},
        )
    if not facts.has_ine:
        yield (
            "population.entry_levels",
            _("The pupil has no INE yet: the school must ask for it at the source."),
        )


_CORSICA = {"620": "2A", "720": "2B"}


def is_in_departments(department: str, allowed: Iterable[str]) -> bool:
    """Whether a department as the directory writes it (« 014 », « 720 ») is one of the rules' (« 14 », « 2B »).

    A school whose department is unknown is not shut out for that.
    """
    if not department:
        return True
    short = _CORSICA.get(department) or (department[1:] if department.startswith("0") else department)
    return short in set(allowed)
