"""The convention in seven points, in plain words, read beside the full text. Pure; in the language of the page.

Each point follows the rules, its days and its amounts included: what is read is what is applied.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.languages import current_language, isolated
from core.templatetags.numbers import euros
from loans.models import Convention
from programmes.enums import DepartureReason, InsuranceKind, Outcome, Payer, Period, ReturnChannel, TenureForm
from programmes.rule_tree import Rules


LENT = (TenureForm.LOAN, TenureForm.LOAN_THEN_CESSION)


@dataclass(frozen=True, slots=True)
class Point:
    icon: str
    title: str
    sentence: str


def essentials_of(convention: Convention, authority: str) -> list[Point]:
    """Those of the text to sign: rules voted since say nothing of it, until the night makes another text."""
    campaign, text = convention.campaign, convention.text
    rules = campaign.rule_tree if text.rules_id == campaign.rules_id else text.rules.tree
    return essentials(rules, authority)


def essentials(rules: Rules, authority: str) -> list[Point]:
    """What, how long, care, breakage, theft, leaving, cost. In French `authority` has its article."""
    return [
        Point("laptop", _("A laptop, free of charge"), _what(rules, isolated(authority))),
        Point("calendar-week", _("For the years at school"), _how_long(rules)),
        Point(
            "backpack", _("To look after"), _("The pupil takes care of it, and neither lends nor sells it.")
        ),
        Point("tools", _("If it breaks down"), _breakage(rules)),
        Point("shield-check", _("If it is stolen or lost"), _theft(rules)),
        Point("arrow-return-left", _("If the pupil leaves"), _leaving(rules)),
        Point("cash-coin", _("What you may have to pay"), _cost(rules)),
    ]


def _joined(*sentences: str) -> str:
    return current_language().space.join(sentence for sentence in sentences if sentence)


def _counted(sentence: str, count: int, **words: str) -> str:
    """The sentence with its number in the figures of the page's language."""
    return sentence % {"count": current_language().figures(count), **words}


def _what(rules: Rules, authority: str) -> str:
    lent = rules.tenure.form in LENT
    words = {"authority": authority}
    whose = (
        _("It is lent: it belongs to %(authority)s.") if lent else _("It is given by %(authority)s.")
    ) % words
    deposit = rules.insurance.deposit_amount
    if not deposit:
        return whose
    return _joined(whose, _("A deposit of %(amount)s is asked, then given back.") % {"amount": _sum(deposit)})


def _sum(amount: Decimal) -> str:
    return isolated(current_language().figures(euros(amount)))


def _how_long(rules: Rules) -> str:
    return {
        Outcome.RETURN: _("Holidays included. It is given back at the end."),
        Outcome.CESSION: _("Holidays included. It belongs to the pupil at the end."),
        Outcome.KEEP: _("Holidays included. The pupil keeps it at the end."),
        Outcome.BUYOUT: _("Holidays included. It may be bought at the end."),
    }[rules.end_of_cycle.default]


def _breakage(rules: Rules) -> str:
    repair = rules.repair
    if not repair.free_repairs:
        return _("Call the helpline. Repairs are not covered.")
    if repair.period == Period.YEAR:
        covered = _counted(
            ngettext(
                "Call the helpline. It is repaired free of charge once each school year.",
                "Call the helpline. It is repaired free of charge %(count)s times each school year.",
                repair.free_repairs,
            ),
            repair.free_repairs,
        )
    else:
        covered = _counted(
            ngettext(
                "Call the helpline. It is repaired free of charge once.",
                "Call the helpline. It is repaired free of charge %(count)s times.",
                repair.free_repairs,
            ),
            repair.free_repairs,
        )
    return _joined(covered, _beyond(repair.who_pays_beyond))


def _beyond(payer: Payer) -> str:
    return {
        Payer.FAMILY: _("Beyond that, the family pays, if it agrees to the price."),
        Payer.AUTHORITY: _("Beyond that, the family still pays nothing."),
        Payer.SCHOOL: _("Beyond that, the school pays."),
        Payer.NOBODY: _("Beyond that, it is neither repaired nor replaced."),
    }[payer]


def _theft(rules: Rules) -> str:
    theft = rules.theft_loss
    if not theft.police_report_for_theft:
        return _joined(_("Tell the helpline."), _replaced(rules))
    reported = _counted(
        ngettext(
            "Tell the police, and send their report to the helpline within %(count)s day.",
            "Tell the police, and send their report to the helpline within %(count)s days.",
            theft.report_deadline_days,
        ),
        theft.report_deadline_days,
    )
    return _joined(reported, _replaced(rules))


def _replaced(rules: Rules) -> str:
    theft = rules.theft_loss
    count = theft.theft_max or theft.loss_max
    if not count:
        return _("It is not replaced.")
    replaced = _counted(ngettext("It is replaced once.", "It is replaced %(count)s times.", count), count)
    if not theft.loss_max:
        return _joined(replaced, _("A lost laptop is not replaced."))
    return replaced if theft.theft_max else _joined(replaced, _("A stolen laptop is not replaced."))


def _leaving(rules: Rules) -> str:
    departure = rules.departure
    stays = departure.outcome_for(DepartureReason.MEMBER_SCHOOL) == Outcome.KEEP
    leaves = departure.outcome_for(DepartureReason.OTHER_REGION) == Outcome.RETURN
    if not leaves:
        return _("The pupil keeps it.")
    where = (
        _("The pupil keeps it in another school of the programme; elsewhere, it is given back.")
        if stays
        else _("It is given back.")
    )
    within = _counted(
        ngettext(
            "You then have %(count)s day to give it back.",
            "You then have %(count)s days to give it back.",
            departure.days_to_return,
        ),
        departure.days_to_return,
    )
    posted = departure.channel == ReturnChannel.LABEL and departure.freight_paid_by == Payer.AUTHORITY
    return _joined(where, within, _("Postage is paid for you.") if posted else "")


def _cost(rules: Rules) -> str:
    back = rules.return_
    must_insure = rules.insurance.kind == InsuranceKind.FAMILY_MANDATORY
    kept = _counted(
        ngettext(
            "If it is not given back, its value may be asked of you after %(count)s day: "
            "%(amount)s when new, less each year.",
            "If it is not given back, its value may be asked of you after %(count)s days: "
            "%(amount)s when new, less each year.",
            back.bill_after_days,
        ),
        back.bill_after_days,
        amount=_sum(rules.depreciation.purchase_price_amount),
    )
    late = back.late_fee_amount
    return _joined(
        _("You must show an insurance that covers it.") if must_insure else "",
        kept,
        _("Each week late may cost %(amount)s.") % {"amount": _sum(late)} if late else "",
        _("Missing items may have to be paid.") if back.missing_items_billed else "",
    )
