"""The laptop, what comes with it, and how it is looked after."""

from collections.abc import Iterator

from loans.texts.parties import Parties
from loans.texts.tenure import is_lent
from loans.wording import listed
from programmes.rule_tree import KitItem, Rules


def kit(rules: Rules, parties: Parties) -> Iterator[str]:
    """What is handed over."""
    if rules.accessories.kit:
        yield f"Sont remis à l’élève : {listed(item_name(item) for item in rules.accessories.kit)}."
    yield (
        "Le numéro de série de l’ordinateur est relevé le jour de la remise. Il figure au dossier de l’élève, que la "
        "famille lit en ligne, et complète la présente convention."
    )
    if rules.repair.original_box_required:
        yield "La famille garde le carton d’origine : il sert pour un envoi en réparation ou un retour."


def item_name(item: KitItem) -> str:
    """« chargeur », « câble (2) »."""
    name = item.name[:1].lower() + item.name[1:]
    return name if item.quantity == 1 else f"{name} ({item.quantity})"


def care(rules: Rules, parties: Parties) -> Iterator[str]:
    """How the pupil uses it."""
    if is_lent(rules):
        yield (
            "L’élève prend soin de l’ordinateur comme d’un objet qui lui appartient (article 1880 du Code civil). Il "
            "l’apporte en classe, chargé, quand ses professeurs le demandent."
        )
        yield (
            "Pendant le prêt, l’ordinateur n’est ni vendu, ni prêté, ni donné. Il n’est ni démonté ni modifié. Les "
            "étiquettes et les logiciels de gestion restent en place."
        )
    else:
        yield (
            "L’élève prend soin de l’ordinateur et l’apporte en classe, chargé, quand ses professeurs le demandent."
        )
    yield f"L’élève respecte la loi et le règlement de son {parties.school} avec l’ordinateur et sur internet."
