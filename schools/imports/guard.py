"""Should this file be believed? Half a file is well-formed too: a person looks at it before anybody « leaves »."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from programmes.rule_tree import Rules
from schools.imports.context import SchoolRun


FEW = 5
"""Under five pupils nothing is suspicious: a family of three may move away."""

HALF = Decimal("0.5")

REDIRECTED_SHARE = Decimal("0.10")
"""Guardians whose address changes in one night: more than that, and signing links might be led astray on purpose."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The file against the base: pupils listed and set aside, enrolled before, missing now, leaving by an exit date.

    `vanished_classes` are classes of FEW pupils or more of whom not one is in the file. Of the `guardians` known with
    an e-mail address, `redirected` have another one in the file.
    """

    listed: int
    set_aside: int
    enrolled: int
    missing: int
    leaving: int
    vanished_classes: tuple[str, ...] = ()
    guardians: int = 0
    redirected: int = 0


def reasons_to_hold(facts: FileFacts, rules: Rules) -> list[str]:
    """Sentences for the person who must decide; empty when the file may be applied.

    The voted share counts from `imports.drop_guard_minimum` pupils; a smaller school is held from one half.
    """
    share = rules.departure.feed_drop_guard if facts.enrolled >= rules.imports.drop_guard_minimum else HALF
    reasons = []
    if _too_many(facts.missing, facts.enrolled, share):
        reasons.append(
            _("%(count)d of the %(total)d pupils enrolled are not in this file.")
            % {"count": facts.missing, "total": facts.enrolled}
        )
    if _too_many(facts.leaving, facts.enrolled, share):
        reasons.append(
            _("%(count)d of the %(total)d pupils enrolled would leave at once, by their exit dates.")
            % {"count": facts.leaving, "total": facts.enrolled}
        )
    if facts.vanished_classes:
        reasons.append(
            _("Whole classes are not in this file: %(classes)s.")
            % {"classes": ", ".join(facts.vanished_classes)}
        )
    if _too_many(facts.set_aside, facts.listed, rules.imports.max_error_share):
        reasons.append(
            _("%(count)d of the %(total)d rows of this file cannot be used.")
            % {"count": facts.set_aside, "total": facts.listed}
        )
    if _too_many(facts.redirected, facts.guardians, REDIRECTED_SHARE):
        reasons.append(
            _("%(count)d of the %(total)d e-mail addresses of guardians change in one file.")
            % {"count": facts.redirected, "total": facts.guardians}
        )
    return reasons


def _too_many(count: int, total: int, share: Decimal) -> bool:
    return count >= FEW and count > share * total


def compare(school_run: SchoolRun, *, listed: int, set_aside: int) -> FileFacts:
    """The facts, read from the staged rows and the enrolments. In the summer nobody leaves: nothing to look at."""
    enrolled, missing, leaving = school_run.rows(_COMPARE)[0]
    classes = tuple(code for (code,) in school_run.rows(_VANISHED, few=FEW))
    if not school_run.reads_departures:
        missing, leaving, classes = 0, 0, ()
    guardians, redirected = school_run.rows(_REDIRECTED)[0]
    return FileFacts(
        listed=listed,
        set_aside=set_aside,
        enrolled=enrolled,
        missing=missing,
        leaving=leaving,
        vanished_classes=classes,
        guardians=guardians,
        redirected=redirected,
    )


_COMPARE = """
SELECT count(*), count(*) FILTER (WHERE s.row_no IS NULL), count(*) FILTER (WHERE s.has_left AND s.is_usable)
FROM schools_enrolment e
LEFT JOIN (
    SELECT DISTINCT ON (pupil_id) pupil_id, row_no, has_left, is_usable
    FROM staged_pupil WHERE pupil_id IS NOT NULL ORDER BY pupil_id, NOT is_usable
) AS s ON s.pupil_id = e.pupil_id
WHERE e.school_id = %(school)s AND e.campaign_id = %(campaign)s AND e.state = 'active'
"""

_REDIRECTED = """
SELECT count(*), count(*) FILTER (WHERE person.email <> '' AND person.email <> g.email)
FROM schools_guardian g LEFT JOIN staged_guardian person ON person.source_id = g.identifier
WHERE g.source = %(source)s AND g.scope = %(uai)s AND g.email <> ''
"""

_VANISHED = """
SELECT e.class_code
FROM schools_enrolment e LEFT JOIN staged_pupil s ON s.pupil_id = e.pupil_id
WHERE e.school_id = %(school)s AND e.campaign_id = %(campaign)s AND e.state = 'active'
GROUP BY e.class_code
HAVING count(DISTINCT e.id) >= %(few)s AND count(s.row_no) = 0
ORDER BY e.class_code
"""
