"""What the programme decides about a delivery day: the gate, its day, the absentees, the wave. Pure functions."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.calendars import add_days, add_working_days
from core.verdicts import Verdict
from distribution.enums import Absentees, GateOutcome
from programmes.enums import DayKind
from programmes.rule_tree import Midyear, Rules, Wave


def gate_day(delivery_on: date, rules: Rules) -> date:
    """The day the gate is checked: D−7 in calendar days (seed 004, step 3).

    It keeps its date on a Sunday or a public holiday: nobody has to be there, the night's job decides, and a day
    moved forward would count other signatures than those the school was told of.
    """
    return delivery_on - timedelta(days=rules.gate.days_before)


def decide_gate(
    *,
    signed: int,
    expected: int,
    data_age_hours: int | None,
    rules: Rules,
    version: str,
    on: date,
    partly_signed: int = 0,
    opposed: int = 0,
) -> Verdict:
    """Confirm, cancel, or ask a person (N7; seed 004, step 3: « égal ou supérieur à 85 % »).

    `signed` and `expected` are pupils; `data_age_hours` is the age of the last enrolment file believed, None when
    there never was one. Equality passes; nothing is rounded. Below the smallest population, or with stale
    enrolments, nobody is cancelled by a machine. `partly_signed` (by one guardian where all must) and `opposed` count
    as unsigned; the reasons say how many.
    """
    gate = rules.gate
    facts = {
        "signed": signed,
        "expected": expected,
        "threshold": str(gate.threshold),
        "data_age_hours": data_age_hours,
        **({"partly_signed": partly_signed} if partly_signed else {}),
        **({"opposed": opposed} if opposed else {}),
    }
    unsigned = _unsigned(partly_signed, opposed)
    doubts = _doubts(expected, data_age_hours, rules)
    reasons = [*doubts.values(), *([_counted(signed, expected, gate.threshold)] if expected else [])]
    if doubts:
        reasons += unsigned
        return Verdict(GateOutcome.NEEDS_HUMAN, tuple(reasons), next(iter(doubts)), version, facts, on)
    if signed >= gate.threshold * expected:
        return Verdict(GateOutcome.CONFIRMED, (*reasons, *unsigned), "gate.threshold", version, facts, on)
    reasons += [_missing(signatures_missing(signed, expected, gate.threshold)), *unsigned]
    return Verdict(GateOutcome.CANCELLED, tuple(reasons), "gate.threshold", version, facts, on)


def _unsigned(partly_signed: int, opposed: int) -> list[str]:
    """What the unsigned ones among them are, when it is not mere silence."""
    partly = ngettext(
        "%(count)d convention is signed by one guardian and waits for the other.",
        "%(count)d conventions are signed by one guardian and wait for the other.",
        partly_signed,
    ) % {"count": partly_signed}
    stopped = ngettext(
        "%(count)d convention is stopped: a parent objects.",
        "%(count)d conventions are stopped: a parent objects.",
        opposed,
    ) % {"count": opposed}
    return [*([partly] if partly_signed else []), *([stopped] if opposed else [])]


def signatures_missing(signed: int, expected: int, threshold: Decimal) -> int:
    """How many more signatures reach the threshold; 0 when it is reached."""
    needed = (threshold * expected).to_integral_value(ROUND_CEILING)
    return max(int(needed) - signed, 0)


def _doubts(expected: int, data_age_hours: int | None, rules: Rules) -> dict[str, str]:
    """Why a machine must not decide: the rule and its sentence."""
    gate = rules.gate
    doubts = {}
    if expected == 0:
        doubts["gate.minimum_population"] = _("No pupil is expected: there is no rate to compute.")
    elif expected < gate.minimum_population:
        doubts["gate.minimum_population"] = ngettext(
            "Only %(expected)d pupil is expected; below %(minimum)d, a person decides.",
            "Only %(expected)d pupils are expected; below %(minimum)d, a person decides.",
            expected,
        ) % {"expected": expected, "minimum": gate.minimum_population}
    if data_age_hours is None:
        doubts["gate.stale_data_hours"] = _("No enrolment file of this school was applied yet.")
    elif data_age_hours > gate.stale_data_hours:
        doubts["gate.stale_data_hours"] = _(
            "The last enrolment file is %(age)d hours old; beyond %(limit)d hours, a person decides."
        ) % {"age": data_age_hours, "limit": gate.stale_data_hours}
    return doubts


def _counted(signed: int, expected: int, threshold: Decimal) -> str:
    return ngettext(
        "%(signed)d out of %(expected)d pupil signed, that is %(rate)s %%; %(threshold)s %% is needed.",
        "%(signed)d out of %(expected)d pupils signed, that is %(rate)s %%; %(threshold)s %% is needed.",
        expected,
    ) % {
        "signed": signed,
        "expected": expected,
        "rate": floored_rate(signed, expected),
        "threshold": number_format((threshold * 100).normalize().__format__("f")),
    }


def floored_rate(signed: int, expected: int) -> str:
    """« 84,9 » for 849,6 ‰: floored to a tenth of a percent, so that it never reads as the threshold."""
    return number_format(Decimal(signed * 1000 // expected) / 10, 1)


def _missing(count: int) -> str:
    return ngettext("%(count)d signature was missing.", "%(count)d signatures were missing.", count) % {
        "count": count
    }


def settle_absentees(
    *,
    absent_count: int,
    rules: Rules,
    version: str,
    on: date,
    first_open_day: Callable[[date], date],
    is_second_visit: bool = False,
) -> Verdict:
    """What is done for those absent on delivery day `on` (N8; seed 004, step 4).

    Up to `few_max`, or after a second visit: named parcels, due within the rule's working days. Beyond: a second
    visit at D+5, or the first day after it when the school can be served. `facts["due_on"]` is that day, in ISO form.
    """
    few_max = rules.absence.few_max
    if absent_count == 0:
        outcome, reason, due_on = Absentees.NOBODY, _("Nobody was absent."), None
    elif absent_count <= few_max or is_second_visit:
        outcome = Absentees.PARCELS
        reason = _parcels_reason(absent_count, rules) if absent_count <= few_max else _third_reason(rules)
        due_on = add_working_days(on, rules.absence.parcel_working_days).isoformat()
    else:
        outcome, reason = Absentees.SECOND_VISIT, _visit_reason(absent_count, rules)
        due_on = second_visit_day(on, rules, first_open_day).isoformat()
    facts = {"absent": absent_count, "few_max": few_max, "due_on": due_on}
    return Verdict(outcome, (reason,), "absence.few_max", version, facts, on)


def second_visit_day(on: date, rules: Rules, first_open_day: Callable[[date], date]) -> date:
    """D+5 by the rule's kind of days, moved on to the first day when the school can be served."""
    absence = rules.absence
    is_working = absence.second_visit_day_kind == DayKind.WORKING
    return first_open_day(add_days(on, absence.second_visit_days, working=is_working))


def _parcels_reason(absent_count: int, rules: Rules) -> str:
    return ngettext(
        "%(absent)d pupil absent, at most %(few)d: a named parcel reaches the school within %(days)d working days.",
        "%(absent)d pupils absent, at most %(few)d: named parcels reach the school within %(days)d working days.",
        absent_count,
    ) % {"absent": absent_count, "few": rules.absence.few_max, "days": rules.absence.parcel_working_days}


def _third_reason(rules: Rules) -> str:
    return _("The team came twice: a named parcel reaches the school within %(days)d working days.") % {
        "days": rules.absence.parcel_working_days
    }


def _visit_reason(absent_count: int, rules: Rules) -> str:
    return _(
        "%(absent)d pupils absent, more than %(few)d: the team comes a second time, from D+%(days)d."
    ) % {
        "absent": absent_count,
        "few": rules.absence.few_max,
        "days": rules.absence.second_visit_days,
    }


def wave_to_pack(midyear: Midyear, on: date) -> Wave | None:
    """The wave whose cut-off has come and whose shipping week is not over; None between two waves (N9)."""
    due = [wave for wave in midyear.waves if wave.cutoff <= on <= last_day_of_week(wave.ship_week)]
    return due[-1] if due else None


def last_day_of_week(day: date) -> date:
    """The Friday of that week."""
    return day + timedelta(days=4 - day.weekday()) if day.weekday() <= 4 else day
