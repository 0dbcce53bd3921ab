"""The convention in six points, in plain words, read before the full text. Pure; translated like the pages."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.enums import DepartureReason, Outcome, Payer, TenureForm
from programmes.rule_tree import Rules


@dataclass(frozen=True, slots=True)
class Point:
    icon: str
    title: str
    sentence: str


def essentials(rules: Rules, authority: str) -> list[Point]:
    """Six points: what, how long, care, breakage, theft, leaving. `authority` has its article: « la Région … »."""
    return [
        Point("laptop", _("A laptop, free of charge"), _what(rules, authority)),
        Point("calendar-week", _("For the years at school"), _how_long(rules)),
        Point(
            "backpack", _("To look after"), _("The pupil takes care of it, and neither lends nor sells it.")
        ),
        Point("tools", _("If it breaks down"), _breakage(rules)),
        Point("shield-check", _("If it is stolen or lost"), _theft(rules)),
        Point("arrow-return-left", _("If the pupil leaves"), _leaving(rules)),
    ]


def _what(rules: Rules, authority: str) -> str:
    if rules.tenure.form in (TenureForm.LOAN, TenureForm.LOAN_THEN_CESSION):
        return _("It is lent: it belongs to %(authority)s.") % {"authority": authority}
    return _("It is given by %(authority)s.") % {"authority": authority}


def _how_long(rules: Rules) -> str:
    return {
        Outcome.RETURN: _("Holidays included. It is given back at the end."),
        Outcome.CESSION: _("Holidays included. It belongs to the pupil at the end."),
        Outcome.KEEP: _("Holidays included. The pupil keeps it at the end."),
        Outcome.BUYOUT: _("Holidays included. It may be bought at the end."),
    }[rules.end_of_cycle.default]


def _breakage(rules: Rules) -> str:
    count = rules.repair.free_repairs
    if not count:
        return _("Call the helpline. Repairs are not covered.")
    covered = ngettext(
        "Call the helpline. It is repaired free of charge once.",
        "Call the helpline. It is repaired free of charge %(count)d times.",
        count,
    ) % {"count": count}
    if rules.repair.who_pays_beyond == Payer.FAMILY:
        return f"{covered} {_('Beyond that, the family pays, if it agrees to the price.')}"
    return covered


def _theft(rules: Rules) -> str:
    theft = rules.theft_loss
    declare = (
        _("Tell the police and the helpline.") if theft.police_report_for_theft else _("Tell the helpline.")
    )
    if not theft.theft_max:
        return f"{declare} {_('It is not replaced.')}"
    replaced = ngettext("It is replaced once.", "It is replaced %(count)d times.", theft.theft_max) % {
        "count": theft.theft_max
    }
    if not theft.loss_max:
        return f"{declare} {replaced} {_('A lost laptop is not replaced.')}"
    return f"{declare} {replaced}"


def _leaving(rules: Rules) -> str:
    outcomes = rules.departure
    stays = outcomes.outcome_for(DepartureReason.MEMBER_SCHOOL) == Outcome.KEEP
    leaves = outcomes.outcome_for(DepartureReason.OTHER_REGION) == Outcome.RETURN
    if stays and leaves:
        return _("The pupil keeps it in another school of the programme; elsewhere, it is given back.")
    return _("It is given back.") if leaves else _("The pupil keeps it.")
