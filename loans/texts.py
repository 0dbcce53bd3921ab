"""The text of the convention, written from the rules, so that what is signed is what is applied. Pure.

The official text is French, whatever the language of the pages around it: it is data for the interface, like the
rules it comes from, and never goes through gettext.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from loans.wording import (
    capitalised,
    channel,
    duration,
    euros,
    listed,
    of_the,
    opening_hours,
    period,
    times,
    via,
    with_article,
)
from programmes.enums import (
    DepartureReason,
    DeviceKind,
    InsuranceKind,
    MinorSigner,
    Outcome,
    Payer,
    Substitute,
    TenureForm,
)
from programmes.rule_tree import Rules


Section = dict[str, object]
LOANS = (TenureForm.LOAN, TenureForm.LOAN_THEN_CESSION)


@dataclass(frozen=True, slots=True)
class Parties:
    """Who lends: the authority, its programme, the school year (« 2026-2027 »), « lycée » or « collège »."""

    authority: str
    programme: str
    school_year: str
    school: str = "lycée"


def convention_sections(rules: Rules, parties: Parties) -> list[Section]:
    """The sections of the text, in order; the last one (contacts) binds nobody."""
    return [
        {"title": f"Article {rank} – {title}", "paragraphs": [*paragraphs]}
        for rank, (title, paragraphs) in enumerate(_articles(rules, parties), start=1)
    ]


def sections_sha256(sections: list[Section]) -> str:
    """The SHA-256 of the sections in one canonical JSON form: what the signer is bound to."""
    text = json.dumps(sections, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def same_terms(first: list[Section], second: list[Section]) -> bool:
    """Whether two texts bind to the same things: a new telephone number changes no obligation."""
    return first[:-1] == second[:-1]


def _articles(rules: Rules, parties: Parties) -> Iterator[tuple[str, Iterable[str]]]:
    yield "Objet", _purpose(rules, parties)
    yield "L’ordinateur et son contenu", _kit(rules)
    yield "Durée", _duration(rules, parties)
    yield "Signature", _signature(rules)
    yield "Soin et usage", _care(parties)
    yield "Panne et casse", _repair(rules)
    yield "Vol et perte", _theft(rules)
    yield f"Départ du {parties.school} et retour de l’ordinateur", _return(rules, parties)
    yield "Ce qui peut être demandé à la famille", _charges(rules)
    yield "Données personnelles", _privacy(rules, parties)
    yield "Aide", _help(rules)


def _purpose(rules: Rules, parties: Parties) -> Iterator[str]:
    tablet = DeviceKind.TABLET in rules.tenure.device_kinds
    device = "un ordinateur portable ou une tablette" if tablet else "un ordinateur portable"
    given = {
        TenureForm.LOAN: f"prête gratuitement {device} à l’élève nommé ci-dessus",
        TenureForm.LOAN_THEN_CESSION: f"prête {device} à l’élève nommé ci-dessus, puis le lui cède",
        TenureForm.GIFT: f"donne {device} à l’élève nommé ci-dessus",
        TenureForm.GIFT_WITH_RETENTION: f"donne {device} à l’élève nommé ci-dessus",
        TenureForm.SUBSIDY: f"aide l’élève nommé ci-dessus à s’équiper d’{device}",
        TenureForm.VOUCHER: f"aide l’élève nommé ci-dessus à s’équiper d’{device}",
    }[rules.tenure.form]
    yield (
        f"Dans le cadre du dispositif « {parties.programme} », pour l’année scolaire {parties.school_year}, "
        f"{with_article(parties.authority)} {given}, pour ses études. Dans la suite, « l’ordinateur » désigne "
        "l’équipement remis."
    )
    if rules.tenure.form in LOANS:
        yield (
            "Ce prêt est un prêt à usage (articles 1875 et suivants du Code civil) : l’ordinateur reste la "
            f"propriété {of_the(parties.authority)} pendant toute la durée du prêt."
        )
    if rules.tenure.retention_years:
        yield f"Il ne peut être ni vendu ni donné pendant {rules.tenure.retention_years} ans."


def _kit(rules: Rules) -> Iterator[str]:
    names = [
        item.name if item.quantity == 1 else f"{item.name} ({item.quantity})"
        for item in rules.accessories.kit
    ]
    if names:
        yield f"Sont remis à l’élève : {listed(name[:1].lower() + name[1:] for name in names)}."
    yield (
        "Le numéro de série de l’ordinateur est relevé le jour de la remise. Il figure sur le reçu de remise, "
        "qui complète la présente convention."
    )
    if rules.repair.original_box_required:
        yield "La famille garde le carton d’origine : il sert pour un envoi en réparation ou un retour."


def _duration(rules: Rules, parties: Parties) -> Iterator[str]:
    if rules.tenure.form in LOANS:
        yield (
            "Le prêt commence le jour de la remise. Il dure jusqu’à la fin de la scolarité de l’élève au "
            f"{parties.school}, vacances comprises, sauf dans les cas de départ prévus plus loin."
        )
    ends = {
        Outcome.RETURN: "À la fin de la scolarité, l’ordinateur est rendu.",
        Outcome.CESSION: "À la fin de la scolarité, l’ordinateur devient la propriété de l’élève.",
        Outcome.KEEP: "À la fin de la scolarité, l’élève garde l’ordinateur.",
        Outcome.BUYOUT: "À la fin de la scolarité, la famille peut acheter l’ordinateur.",
    }
    yield ends[rules.end_of_cycle.default]
    if rules.end_of_cycle.family_may_choose:
        yield f"La famille dispose de {rules.end_of_cycle.choice_window_days} jours pour faire un autre choix."


def _signature(rules: Rules) -> Iterator[str]:
    if rules.signer.minor == MinorSigner.ONE:
        yield (
            "Pour un élève mineur, la convention est signée par un représentant légal. Il signe aussi au nom de "
            "l’autre représentant légal, dont l’accord est présumé (article 372-2 du Code civil)."
        )
    else:
        yield "Pour un élève mineur, la convention est signée par tous les représentants légaux."
    if rules.signer.adult_signs_alone:
        yield f"Dès ses {rules.signer.signer_age} ans, l’élève signe seul."
    yield (
        "La convention se signe en ligne ou sur papier. Un exemplaire papier ne compte qu’une fois contrôlé. "
        "Aucun ordinateur n’est remis avant la signature."
    )


def _care(parties: Parties) -> Iterator[str]:
    yield (
        "L’élève prend soin de l’ordinateur comme d’un objet qui lui appartient (article 1880 du Code civil). Il "
        "l’apporte en classe, chargé, quand ses professeurs le demandent."
    )
    yield (
        "L’ordinateur n’est ni vendu, ni prêté, ni donné. Il n’est ni démonté ni modifié. Les étiquettes et les "
        "logiciels de gestion restent en place."
    )
    yield f"L’élève respecte la loi et le règlement de son {parties.school} avec l’ordinateur et sur internet."


def _repair(rules: Rules) -> Iterator[str]:
    repair = rules.repair
    yield "En cas de panne ou de casse, l’élève prévient l’assistance, qui établit le diagnostic."
    if repair.free_repairs:
        right = "réparé ou remplacé à l’identique" if repair.shared_with_replacement else "réparé"
        yield f"L’ordinateur est {right} gratuitement {times(repair.free_repairs)} {period(repair.period)}."
    else:
        yield "La réparation n’est pas prise en charge."
    yield {
        Payer.AUTHORITY: "Au-delà, la réparation reste prise en charge par la collectivité.",
        Payer.FAMILY: "Au-delà, la réparation est à la charge de la famille, sur devis accepté par elle.",
        Payer.SCHOOL: "Au-delà, la réparation est à la charge de l’établissement.",
        Payer.NOBODY: "Au-delà, l’ordinateur n’est ni réparé ni remplacé.",
    }[repair.who_pays_beyond]
    if repair.negligence_excluded:
        yield "Les dégâts dus à une négligence manifeste ne sont pas pris en charge."
    if repair.substitute == Substitute.STOCK:
        yield "Pendant la réparation, un autre ordinateur peut être prêté, selon le stock disponible."
    yield f"L’ordinateur réparé revient {via(repair.returned_via)}."


def _theft(rules: Rules) -> Iterator[str]:
    theft = rules.theft_loss
    asked = listed(
        word
        for word, needed in [
            ("le vol", theft.police_report_for_theft),
            ("la perte", theft.police_report_for_loss),
        ]
        if needed
    ).replace(" et ", " ou ")
    if asked:
        yield (
            f"Le représentant légal, ou l’élève majeur, déclare {asked} au commissariat de police ou à la "
            f"gendarmerie et transmet la déclaration à l’assistance dans les {theft.report_deadline_days} jours."
        )
    yield from _replacements(rules)
    if theft.theft_max or theft.loss_max:
        yield f"Le nouvel ordinateur est remis {via(theft.replacement_via)}."


def _replacements(rules: Rules) -> Iterator[str]:
    theft = rules.theft_loss
    if theft.shared_counter and theft.theft_max == theft.loss_max != 0:
        yield f"L’ordinateur volé ou perdu est remplacé {times(theft.theft_max)} pendant le prêt."
        return
    for word, maximum in [("volé", theft.theft_max), ("perdu", theft.loss_max)]:
        if maximum:
            yield f"L’ordinateur {word} est remplacé {times(maximum)} pendant le prêt."
        else:
            yield f"L’ordinateur {word} n’est pas remplacé."


REASONS = {
    DepartureReason.MEMBER_SCHOOL: "entre dans un autre {} du dispositif",
    DepartureReason.APPRENTICE_IN_CLASS: "devient apprenti dans la même classe",
    DepartureReason.NON_MEMBER_SCHOOL: "entre dans un {} hors du dispositif",
    DepartureReason.OTHER_REGION: "part dans un {} d’une autre région",
    DepartureReason.APPRENTICE_CENTRE: "entre dans un centre de formation d’apprentis (CFA)",
    DepartureReason.END_OF_SCHOOLING: "termine sa scolarité au {}",
}
OUTCOMES = {
    Outcome.KEEP: "L’élève garde l’ordinateur s’il {}.",
    Outcome.CESSION: "L’élève devient propriétaire de l’ordinateur s’il {}.",
    Outcome.BUYOUT: "La famille peut acheter l’ordinateur si l’élève {}.",
    Outcome.RETURN: "L’ordinateur est rendu si l’élève {}.",
}


def _return(rules: Rules, parties: Parties) -> Iterator[str]:
    departure = rules.departure
    cases = {
        outcome: [
            words.format(parties.school)
            for reason, words in REASONS.items()
            if departure.outcome_for(reason) == outcome
        ]
        for outcome in OUTCOMES
    }
    yield from (OUTCOMES[outcome].format(listed(words, "ou")) for outcome, words in cases.items() if words)
    if not cases[Outcome.RETURN]:
        return
    yield (
        f"Le retour se fait dans les {departure.days_to_return} jours qui suivent la demande, "
        f"{channel(departure.channel)}."
    )
    if departure.freight_paid_by == Payer.AUTHORITY:
        yield "Les frais d’envoi sont pris en charge par la collectivité."
    if rules.return_.wipe_required:
        yield "L’élève sauvegarde ses fichiers avant le retour : l’ordinateur est ensuite effacé."


def _charges(rules: Rules) -> Iterator[str]:
    back = rules.return_
    if rules.insurance.deposit_amount:
        yield f"Une caution de {euros(rules.insurance.deposit_amount)} est demandée, puis rendue."
    if rules.insurance.kind == InsuranceKind.FAMILY_MANDATORY:
        yield "La famille présente une assurance qui couvre l’ordinateur."
    yield (
        f"L’ordinateur qui n’est pas rendu à temps fait l’objet de rappels, puis d’une mise en demeure après "
        f"{back.formal_notice_after_days} jours. Après {back.bill_after_days} jours, sa valeur peut être facturée."
    )
    if back.late_fee_amount:
        yield f"Chaque semaine de retard peut être facturée {euros(back.late_fee_amount)}."
    yield f"Cette valeur dépend de l’âge de l’ordinateur : {_values(rules)}."
    if back.missing_items_billed:
        yield "Les accessoires manquants au retour peuvent être facturés."
    yield "Aucune somme n’est demandée sans un titre émis par le comptable public, qui indique comment la contester."


def _values(rules: Rules) -> str:
    steps = rules.depreciation.steps
    return ", ".join(
        f"{'neuf' if not step.from_months else f'dès {step.from_months} mois'}, "
        f"{euros(rules.depreciation.value_amount(step.from_months))}"
        for step in steps
    ).replace(", dès", " ; dès")


def _privacy(rules: Rules, parties: Parties) -> Iterator[str]:
    years = duration(rules.privacy.signed_documents_days)
    yield (
        f"{capitalised(with_article(parties.authority))} est responsable du traitement des données "
        "nécessaires au prêt, pour une mission d’intérêt public (article 6, 1, e du RGPD). Ces données viennent "
        "de la base élèves de l’établissement."
    )
    yield (
        "Elles sont lues par la collectivité, l’établissement, le prestataire et l’assistance, chacun pour ce qui "
        f"le concerne. La convention signée est conservée {years} après la fin du prêt."
    )
    yield (
        "La famille peut demander l’accès à ses données, leur rectification ou leur limitation, s’opposer à leur "
        "traitement, et saisir la CNIL (cnil.fr)."
    )


def _help(rules: Rules) -> Iterator[str]:
    line = rules.support.families
    free = " (appel gratuit)" if line.phone_is_free else ""
    yield f"Assistance aux familles : {line.phone}{free}, {line.email}."
    yield f"Elle répond {opening_hours(line)}."
