"""Theft and loss: the words of `support.rules.replacement_entitlement`."""

from collections.abc import Iterator

from loans.texts.tenure import is_lent
from loans.wording import listed, times, via
from programmes.rule_tree import Rules


def theft(rules: Rules) -> Iterator[str]:
    yield from _report(rules)
    yield from _replacements(rules)
    if rules.theft_loss.theft_max or rules.theft_loss.loss_max:
        yield f"Le nouvel ordinateur est remis {via(rules.theft_loss.replacement_via)}."


def _report(rules: Rules) -> Iterator[str]:
    rule = rules.theft_loss
    asked = [
        word
        for word, needed in [
            ("le vol", rule.police_report_for_theft),
            ("la perte", rule.police_report_for_loss),
        ]
        if needed
    ]
    if asked:
        yield (
            f"Le représentant légal, ou l’élève majeur, déclare {listed(asked, 'ou')} au commissariat de police ou à "
            f"la gendarmerie et transmet la déclaration à l’assistance dans les {rule.report_deadline_days} jours."
        )
        yield "Sans cette déclaration, l’ordinateur n’est pas remplacé."
    if len(asked) < 2:
        others = {"le vol": "la perte", "la perte": "le vol"}
        other = others[asked[0]] if asked else "le vol ou la perte"
        yield f"Le représentant légal, ou l’élève majeur, signale {other} à l’assistance."


def _replacements(rules: Rules) -> Iterator[str]:
    rule = rules.theft_loss
    period = "pendant le prêt" if is_lent(rules) else "pendant la scolarité"
    if rule.shared_counter and rule.theft_max == rule.loss_max != 0:
        yield f"L’ordinateur volé ou perdu est remplacé {times(rule.theft_max)} {period}."
        return
    for word, maximum in [("volé", rule.theft_max), ("perdu", rule.loss_max)]:
        if maximum:
            yield f"L’ordinateur {word} est remplacé {times(maximum)} {period}."
        else:
            yield f"L’ordinateur {word} n’est pas remplacé."
    if rule.theft_max and rule.loss_max:
        if rule.shared_counter:
            yield "Un remplacement après un vol compte aussi pour la perte, et l’inverse."
        else:
            yield "Un remplacement après un vol ne compte pas pour la perte, ni l’inverse."
