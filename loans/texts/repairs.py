"""Breakdown and breakage: the words of `support.rules.repair_entitlement`."""

from collections.abc import Iterator

from loans.texts.parties import Parties
from loans.texts.tenure import is_lent
from loans.wording import times, via
from programmes.enums import Payer, Period, Substitute
from programmes.rule_tree import Rules


def repairs(rules: Rules, parties: Parties) -> Iterator[str]:
    repair = rules.repair
    yield "En cas de panne ou de casse, l’élève ou sa famille prévient l’assistance, qui établit le diagnostic."
    yield from _free(rules)
    yield from _beyond(rules, parties)
    if repair.negligence_excluded and _is_ever_free(rules):
        yield "Les dégâts dus à une négligence ne sont pas pris en charge."
    if repair.substitute == Substitute.STOCK:
        yield (
            "Pendant la réparation, un autre ordinateur peut être prêté, selon le stock disponible, pour "
            f"{rules.spare.substitute_days} jours au plus."
        )
    if repair.who_pays_beyond != Payer.NOBODY or repair.free_repairs:
        yield f"L’ordinateur réparé revient {via(repair.returned_via)}."


def _is_ever_free(rules: Rules) -> bool:
    return bool(rules.repair.free_repairs) or rules.repair.who_pays_beyond == Payer.AUTHORITY


def _free(rules: Rules) -> Iterator[str]:
    repair = rules.repair
    if not repair.free_repairs:
        return
    how_often = f"{times(repair.free_repairs)} {_period(rules)}"
    if repair.shared_with_replacement:
        yield f"L’ordinateur est réparé ou remplacé à l’identique gratuitement {how_often}."
    else:
        yield (
            f"L’ordinateur est réparé gratuitement {how_often}. S’il ne peut pas être réparé, il est remplacé à "
            f"l’identique {how_often} aussi : une réparation n’enlève rien à ce droit."
        )


def _period(rules: Rules) -> str:
    if rules.repair.period == Period.YEAR:
        return "par année scolaire (du 1er septembre au 31 août)"
    return "pendant le prêt" if is_lent(rules) else "pendant la scolarité"


def _beyond(rules: Rules, parties: Parties) -> Iterator[str]:
    payer = rules.repair.who_pays_beyond
    start = "Au-delà, la" if rules.repair.free_repairs else "La"
    if payer == Payer.NOBODY:
        yield f"{'Au-delà, l' if rules.repair.free_repairs else 'L'}’ordinateur n’est ni réparé ni remplacé."
        return
    yield {
        Payer.AUTHORITY: f"{start} réparation est prise en charge par {parties.lender}.",
        Payer.FAMILY: f"{start} réparation est à la charge de la famille, si elle en accepte le prix.",
        Payer.SCHOOL: f"{start} réparation est à la charge de l’établissement.",
    }[payer]
