"""The pupil's commitments in plain words, first person, from the same rules as the convention. Pure, always French."""

from collections.abc import Iterator

from loans.texts.parties import Parties
from loans.texts.tenure import is_lent, may_be_asked_back
from loans.wording import capitalised, typeset
from programmes.enums import Outcome
from programmes.rule_tree import Rules


def commitments(rules: Rules, parties: Parties) -> list[tuple[str, str]]:
    """What a pupil promises: a title and a sentence or two each, to be read aloud in class."""
    return [(typeset(title), typeset(sentence)) for title, sentence in _all(rules, parties)]


def _all(rules: Rules, parties: Parties) -> Iterator[tuple[str, str]]:
    yield "J’en prends soin", _care(rules)
    yield (
        "Je l’apporte en classe",
        "Il est chargé le matin, et je l’ouvre quand mes professeurs le demandent.",
    )
    yield (
        "Je reste correct en ligne",
        (
            f"Je respecte la loi et le règlement du {parties.school}. Je ne donne mes mots de passe à personne."
        ),
    )
    if is_lent(rules):
        yield (
            "Il n’est pas à vendre",
            (
                f"{capitalised(parties.lender)} en reste propriétaire : je ne le vends pas, "
                "je ne le prête pas, je ne le démonte pas."
            ),
        )
    yield "S’il tombe en panne, je le dis", _breakdown(rules)
    yield "S’il est volé ou perdu, je préviens", _theft(rules)
    yield f"Si je quitte le {parties.school}", _leaving(rules)


def _care(rules: Rules) -> str:
    has_sleeve = any(item.code == "sleeve" for item in rules.accessories.kit)
    where = "Je le range dans sa housse. " if has_sleeve else ""
    box = "Je garde son carton. " if rules.repair.original_box_required else ""
    return f"{where}{box}Je le tiens loin de l’eau et des chocs."


def _breakdown(rules: Rules) -> str:
    line = rules.support.families
    return f"Avec mes parents, j’appelle l’assistance au {line.phone}. Je n’essaie pas de l’ouvrir."


def _theft(rules: Rules) -> str:
    rule = rules.theft_loss
    if rule.police_report_for_theft:
        return (
            "J’en parle tout de suite à mes parents : il faut une déclaration à la police ou à la gendarmerie, envoyée "
            f"à l’assistance dans les {rule.report_deadline_days} jours."
        )
    return "J’en parle tout de suite à mes parents, qui préviennent l’assistance."


def _leaving(rules: Rules) -> str:
    told = "Je le dis à l’assistance."
    if not may_be_asked_back(rules):
        return f"{told} Je garde l’ordinateur."
    stays = rules.departure.outcomes.member_school == Outcome.KEEP
    kept = "Je le garde dans un autre établissement du dispositif. " if stays else ""
    return (
        f"{told} {kept}S’il faut le rendre, je sauvegarde mes fichiers et je le rends dans les "
        f"{rules.departure.days_to_return} jours."
    )
