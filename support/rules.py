"""What the rules grant when a laptop breaks, disappears or must come back. Pure: no base, no clock."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.dates import plain_date
from core.verdicts import Verdict
from programmes.enums import DepartureReason, Outcome, Payer, Period
from programmes.rule_tree import Rules
from support.enums import DepartureOutcome, Entitlement, InterventionKind, TicketKind


SCHOOL_YEAR_STARTS = (9, 1)  # month, day: a right « in a school year » starts afresh on 1 September
BREAKS = (InterventionKind.REPAIR, InterventionKind.REPLACEMENT)
DISAPPEARANCES = (InterventionKind.THEFT_REPLACEMENT, InterventionKind.LOSS_REPLACEMENT)


@dataclass(frozen=True, slots=True)
class Grant:
    """What was granted before: an intervention that was not cancelled."""

    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class RepairFacts:
    """What a repair looks at. `asked` is REPAIR or REPLACEMENT; `grants` are all those of the pupil."""

    has_loan: bool
    asked: str = InterventionKind.REPAIR
    grants: tuple[Grant, ...] = ()
    is_negligence: bool = False


@dataclass(frozen=True, slots=True)
class DisappearanceFacts:
    """What a replacement after THEFT or LOSS looks at. `declared_on` is the day of the police report, if any."""

    has_loan: bool
    incident: str
    declared_on: date | None = None
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class DepartureFacts:
    """What a departure looks at. `destination` is the name of the school the pupil attends now, when known."""

    reason: str
    has_loan: bool = True
    destination: str = ""


def repair_entitlement(facts: RepairFacts, rules: Rules, version: str, on: date) -> Verdict:
    """Whether a broken laptop is repaired or exchanged for free (N10).

    Seed 004: « une réparation ou un remplacement à l’identique […] ne sera envisagée qu’une seule fois ».
    """
    rule = rules.repair
    used = _used_for_repair(facts, rules, on)
    if not facts.has_loan:
        outcome, reasons = Entitlement.REFUSED, [_("The pupil has no laptop on loan.")]
    elif facts.is_negligence and rule.negligence_excluded:
        outcome, reasons = Entitlement.REFUSED, [_("The rules do not cover negligence.")]
    elif len(used) < rule.free_repairs:
        outcome, reasons = Entitlement.GRANTED, [_right_left(rule.free_repairs, used)]
    elif rule.who_pays_beyond == Payer.AUTHORITY:
        outcome, reasons = Entitlement.GRANTED, [_("Beyond the free repairs, the authority pays.")]
    else:
        outcome, reasons = (
            Entitlement.REFUSED,
            [_already(rule.free_repairs, used), _who_pays(rule.who_pays_beyond)],
        )
    seen = _as_facts(facts.has_loan, used)
    return Verdict(outcome, tuple(reasons), "repair.free_repairs", version, seen, on)


def replacement_entitlement(facts: DisappearanceFacts, rules: Rules, version: str, on: date) -> Verdict:
    """Whether a stolen or lost laptop is replaced: once, on sight of the police report (N11).

    Seed 004: a declaration to the police or the gendarmerie; « le remplacement […] une seule fois ».
    """
    is_theft = facts.incident == TicketKind.THEFT
    rule = rules.theft_loss
    limit = rule.theft_max if is_theft else rule.loss_max
    used = _used_for_disappearance(facts, rules)
    path = "theft_loss.theft_max" if is_theft else "theft_loss.loss_max"
    needs_report = rule.police_report_for_theft if is_theft else rule.police_report_for_loss
    if not facts.has_loan:
        outcome, reason = Entitlement.REFUSED, _("The pupil has no laptop on loan.")
    elif len(used) >= limit:
        outcome, reason = Entitlement.REFUSED, _no_replacement_left(limit, used)
    elif needs_report and facts.declared_on is None:
        outcome, reason = Entitlement.NEEDS_REPORT, _report_missing()
        path = "theft_loss.police_report_for_theft" if is_theft else "theft_loss.police_report_for_loss"
    else:
        outcome, reason = Entitlement.GRANTED, _replacement_left(limit, facts.declared_on)
    seen = _as_facts(facts.has_loan, used) | {"police_report_on": _iso(facts.declared_on)}
    return Verdict(outcome, (reason,), path, version, seen, on)


def departure_outcome(facts: DepartureFacts, rules: Rules, version: str, on: date) -> Verdict:
    """What becomes of the laptop of a pupil who leaves (N12).

    Seed 004: kept in a member school or as an apprentice in the same class; given back for another region, a school
    outside the programme, a CFA or the end of schooling. When nobody knows why the pupil left and the laptop is
    not simply kept, the outcome is ASK: it is asked back, and the school is asked where the pupil went.
    """
    reason = DepartureReason(facts.reason)
    voted = rules.departure.outcome_for(reason)
    outcome = DepartureOutcome(voted)
    if reason == DepartureReason.UNKNOWN and voted != Outcome.KEEP:
        outcome = DepartureOutcome.ASK
    seen = {"reason": str(reason.label), "has_loan": facts.has_loan}
    if facts.destination:
        seen["destination"] = facts.destination
    reasons = (_left_because(reason, facts.destination), _what_becomes(outcome))
    return Verdict(outcome, reasons, f"departure.outcomes.{reason.value}", version, seen, on)


def early_return(rules_version: str, on: date) -> Verdict:
    """A laptop handed back before its time, at the school or by post: taken, with a label (N12).

    Seed 004: « si l’élève vous remet l’ordinateur en quittant votre établissement […] une étiquette d’expédition ».
    """
    reasons = (_("The family or the school gives the laptop back of its own accord."),)
    return Verdict(
        DepartureOutcome.RETURN,
        reasons,
        "departure.school_may_ask_label",
        rules_version,
        {"has_loan": True},
        on,
    )


def return_due_on(asked_on: date, rules: Rules) -> date:
    """The day by which a laptop asked back must be sent."""
    return asked_on + timedelta(days=rules.departure.days_to_return)


def _used_for_repair(facts: RepairFacts, rules: Rules, on: date) -> tuple[Grant, ...]:
    kinds = BREAKS if rules.repair.shared_with_replacement else (facts.asked,)
    since = _school_year_start(on) if rules.repair.period == Period.YEAR else date.min
    return tuple(grant for grant in facts.grants if grant.kind in kinds and grant.on >= since)


def _used_for_disappearance(facts: DisappearanceFacts, rules: Rules) -> tuple[Grant, ...]:
    own = (
        InterventionKind.THEFT_REPLACEMENT
        if facts.incident == TicketKind.THEFT
        else InterventionKind.LOSS_REPLACEMENT
    )
    kinds = DISAPPEARANCES if rules.theft_loss.shared_counter else (own,)
    return tuple(grant for grant in facts.grants if grant.kind in kinds)


def _school_year_start(on: date) -> date:
    month, day = SCHOOL_YEAR_STARTS
    return date(on.year if (on.month, on.day) >= SCHOOL_YEAR_STARTS else on.year - 1, month, day)


def _as_facts(has_loan: bool, used: tuple[Grant, ...]) -> dict[str, Any]:
    return {
        "has_loan": has_loan,
        "granted_before": [f"{InterventionKind(grant.kind).label}, {plain_date(grant.on)}" for grant in used],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _limit(count: int) -> str:
    return ngettext(
        "A repair or a replacement is possible only once",
        "A repair or a replacement is possible %(count)d times at most",
        count,
    ) % {"count": count}


def _granted(grant: Grant) -> str:
    day = {"day": plain_date(grant.on)}
    if grant.kind == InterventionKind.REPAIR:
        return _("a repair was already granted on %(day)s") % day
    return _("a replacement was already granted on %(day)s") % day


def _already(limit: int, used: tuple[Grant, ...]) -> str:
    if not limit:
        return _("The rules provide no free repair.")
    return _("%(limit)s; %(past)s.") % {"limit": _limit(limit), "past": _granted(used[-1])}


def _right_left(limit: int, used: tuple[Grant, ...]) -> str:
    if not used:
        return _("%(limit)s; none was granted yet.") % {"limit": _limit(limit)}
    return _("%(limit)s; %(count)d already granted.") % {"limit": _limit(limit), "count": len(used)}


def _who_pays(payer: Payer) -> str:
    return {
        Payer.FAMILY: _("Beyond that, the family pays for the repair."),
        Payer.SCHOOL: _("Beyond that, the school pays for the repair."),
        Payer.NOBODY: _("Beyond that, the laptop is not repaired."),
    }[payer]


def _no_replacement_left(limit: int, used: tuple[Grant, ...]) -> str:
    if not limit:
        return _("The rules provide no replacement in this case.")
    once = ngettext(
        "A replacement after a theft or a loss is possible only once",
        "A replacement after a theft or a loss is possible %(count)d times at most",
        limit,
    ) % {"count": limit}
    return _("%(limit)s; %(past)s.") % {"limit": once, "past": _granted(used[-1])}


def _replacement_left(limit: int, declared_on: date | None) -> str:
    if declared_on is None:
        return _("The replacement is granted: it is the first one.")
    return _("The report was filed on %(day)s and the right to a replacement is not used up.") % {
        "day": plain_date(declared_on)
    }


def _report_missing() -> str:
    return _(
        "The adult pupil or a legal guardian must file a report with the police or the gendarmerie "
        "and send it: no replacement before."
    )


def _left_because(reason: DepartureReason, destination: str) -> str:
    if destination:
        return _("%(reason)s: %(school)s.") % {"reason": _sentence(reason), "school": destination}
    return f"{_sentence(reason)}."


def _sentence(reason: DepartureReason) -> str:
    return {
        DepartureReason.MEMBER_SCHOOL: _("The pupil moves to a school of the programme"),
        DepartureReason.APPRENTICE_IN_CLASS: _("The pupil becomes an apprentice in the same class"),
        DepartureReason.NON_MEMBER_SCHOOL: _("The pupil moves to a school outside the programme"),
        DepartureReason.OTHER_REGION: _("The pupil moves to another region"),
        DepartureReason.APPRENTICE_CENTRE: _("The pupil joins an apprentice training centre"),
        DepartureReason.END_OF_SCHOOLING: _("The pupil has finished school"),
        DepartureReason.UNKNOWN: _("The pupil is no longer in the school's base and nobody said why"),
    }[reason]


def _what_becomes(outcome: DepartureOutcome) -> str:
    return {
        DepartureOutcome.KEEP: _("The laptop stays with the pupil."),
        DepartureOutcome.RETURN: _("The laptop must be given back."),
        DepartureOutcome.BUYOUT: _("The family may buy the laptop, or give it back."),
        DepartureOutcome.CESSION: _("The laptop now belongs to the family."),
        DepartureOutcome.ASK: _(
            "The laptop is asked back, unless the school tells us that the pupil attends another school "
            "of the programme."
        ),
    }[outcome]
