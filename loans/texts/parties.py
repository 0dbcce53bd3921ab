"""Who lends, to whom, under which law, and who signs."""

from collections.abc import Iterator
from dataclasses import dataclass

from loans.texts.tenure import is_lent
from loans.wording import of_the, with_article
from programmes.enums import ChoiceBy, DeviceKind, MinorSigner, TenureForm
from programmes.rule_tree import Rules


@dataclass(frozen=True, slots=True)
class Parties:
    """Who lends: the authority, its programme, the school year (« 2026-2027 »), « lycée » or « collège »."""

    authority: str
    programme: str
    school_year: str
    school: str = "lycée"

    @property
    def lender(self) -> str:
        """« la Région Normandie »."""
        return with_article(self.authority)

    @property
    def elsewhere(self) -> str:
        """Where its schools are not: « une autre région », « un autre département »."""
        return "un autre département" if self.school == "collège" else "une autre région"


def purpose(rules: Rules, parties: Parties) -> Iterator[str]:
    """What is given, in law."""
    yield (
        f"Dans le cadre du dispositif « {parties.programme} », pour l’année scolaire {parties.school_year}, "
        f"{parties.lender} {_given(rules)}. Dans la suite, « l’ordinateur » désigne "
        "l’équipement remis."
    )
    if is_lent(rules):
        yield (
            "Ce prêt est un prêt à usage (articles 1875 et suivants du Code civil) : l’ordinateur reste la "
            f"propriété {of_the(parties.authority)} pendant toute la durée du prêt."
        )
    else:
        yield "L’ordinateur appartient à l’élève dès la remise."
        if rules.tenure.retention_years:
            yield f"Il ne peut être ni vendu ni donné pendant {_years(rules.tenure.retention_years)}."
    chooser = parties.lender if rules.tenure.device_choice_by == ChoiceBy.REGION else "l’établissement"
    yield f"Le modèle est choisi par {chooser}."
    yield from _means(rules)


def _given(rules: Rules) -> str:
    devices = {DeviceKind.LAPTOP: "un ordinateur portable", DeviceKind.TABLET: "une tablette"}
    device = " ou ".join(words for kind, words in devices.items() if kind in rules.tenure.device_kinds)
    match rules.tenure.form:
        case TenureForm.LOAN:
            return f"prête gratuitement {device} à l’élève nommé ci-dessus, pour ses études"
        case TenureForm.LOAN_THEN_CESSION:
            return f"prête gratuitement {device} à l’élève nommé ci-dessus, pour ses études, puis le lui cède"
        case TenureForm.GIFT | TenureForm.GIFT_WITH_RETENTION:
            verb = "fournit" if rules.means.required else "donne"
            return f"{verb} {device} à l’élève nommé ci-dessus, pour ses études"
        case TenureForm.SUBSIDY:
            return f"verse une aide à l’élève nommé ci-dessus pour s’équiper {_of(device)}, pour ses études"
        case TenureForm.VOUCHER:
            return f"remet un bon d’achat à l’élève nommé ci-dessus pour s’équiper {_of(device)}, pour ses études"


def _of(device: str) -> str:
    return f"d’{device}".replace(" ou ", " ou d’")


def _years(count: int) -> str:
    return "un an" if count == 1 else f"{count} ans"


def _means(rules: Rules) -> Iterator[str]:
    if rules.means.required:
        yield (
            "L’ordinateur est gratuit, ou aidé selon les ressources de la famille. La décision d’aide, écrite à part, "
            "dit le prix qui reste à payer."
        )
    if rules.means.application_needed:
        yield "La famille demande l’aide avant la remise."


def signature(rules: Rules) -> Iterator[str]:
    """Who signs."""
    signer = rules.signer
    if signer.minor == MinorSigner.ONE:
        yield (
            "Pour un élève mineur, la convention est signée par un représentant légal. Il signe aussi au nom de "
            "l’autre représentant légal, dont l’accord est présumé (article 372-2 du Code civil)."
        )
    else:
        yield "Pour un élève mineur, la convention est signée par tous les représentants légaux."
    if signer.adult_signs_alone:
        yield (
            f"Dès ses {signer.signer_age} ans, l’élève signe seul, même si la convention avait déjà été envoyée à "
            "ses représentants légaux."
        )
    else:
        yield "Un élève majeur ne signe pas seul : un représentant légal signe pour lui."
    yield "Aucun ordinateur n’est remis avant la signature."
