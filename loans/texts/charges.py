"""What a family may be asked to pay, and never without a title of the public accountant."""

from collections.abc import Iterator

from loans.texts.objects import item_name
from loans.texts.parties import Parties
from loans.texts.tenure import may_be_asked_back
from loans.wording import capitalised, euros, listed
from programmes.enums import InsuranceKind
from programmes.rule_tree import Rules


def charges(rules: Rules, parties: Parties) -> Iterator[str]:
    yield from _insurance(rules, parties)
    if may_be_asked_back(rules):
        yield from _late(rules)
        yield from _missing_items(rules)
    yield (
        "Hors ce qui est écrit dans cette convention, aucune somme n’est demandée à la famille. Une somme n’est due "
        "que sur un titre émis par le comptable public, qui indique comment le contester."
    )


def _insurance(rules: Rules, parties: Parties) -> Iterator[str]:
    insurance = rules.insurance
    if insurance.deposit_amount:
        yield f"Une caution de {euros(insurance.deposit_amount)} est demandée à la remise, puis rendue."
    cost = f" Elle coûte {euros(insurance.premium_amount)} par an." if insurance.premium_amount else ""
    match insurance.kind:
        case InsuranceKind.FAMILY_MANDATORY:
            yield f"La famille présente une assurance qui couvre l’ordinateur.{cost}"
        case InsuranceKind.FAMILY_OPTIONAL:
            yield f"La famille peut, si elle le souhaite, prendre une assurance pour l’ordinateur.{cost}"
        case InsuranceKind.PROGRAMME:
            yield f"{capitalised(parties.lender)} assure l’ordinateur.{_premium(rules)}"


def _premium(rules: Rules) -> str:
    amount = rules.insurance.premium_amount
    return f" La famille verse une cotisation de {euros(amount)} par an." if amount else ""


def _late(rules: Rules) -> Iterator[str]:
    back = rules.return_
    reminders = listed(str(days) for days in back.reminders_after_days)
    first = f"de rappels après {reminders} jours, puis " if back.reminders_after_days else ""
    yield (
        f"L’ordinateur qui n’est pas rendu à temps fait l’objet {first}d’une mise en demeure après "
        f"{back.formal_notice_after_days} jours. Après {back.bill_after_days} jours, sa valeur peut être facturée."
    )
    if back.late_fee_amount:
        yield f"Chaque semaine de retard peut être facturée {euros(back.late_fee_amount)}."
    yield f"Cette valeur dépend de l’âge de l’ordinateur : {_values(rules)}."


def _values(rules: Rules) -> str:
    steps = rules.depreciation.steps
    return " ; ".join(
        f"{'neuf' if not step.from_months else f'dès {step.from_months} mois'}, "
        f"{euros(rules.depreciation.value_amount(step.from_months))}"
        for step in steps
    )


def _missing_items(rules: Rules) -> Iterator[str]:
    if not rules.return_.missing_items_billed:
        yield "Les accessoires manquants au retour ne sont pas facturés."
        return
    prices = [
        f"{item_name(item)}, {euros(item.replace_price_amount)}"
        for item in rules.accessories.kit
        if item.required_on_return and item.replace_price_amount
    ]
    detail = f" : {' ; '.join(prices)}" if prices else ""
    yield f"Les accessoires manquants au retour peuvent être facturés{detail}."
