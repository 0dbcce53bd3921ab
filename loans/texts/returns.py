"""How long it lasts, and what becomes of the laptop when the pupil leaves: the words of `support.rules`."""

from collections.abc import Iterator

from loans.texts.objects import item_name
from loans.texts.parties import Parties
from loans.texts.tenure import is_lent, may_be_asked_back, may_be_kept
from loans.wording import channel, euros, listed
from programmes.enums import DepartureReason, Outcome, Payer
from programmes.rule_tree import Rules


REASONS = {
    DepartureReason.MEMBER_SCHOOL: "entre dans un autre {school} du dispositif",
    DepartureReason.APPRENTICE_IN_CLASS: "devient apprenti dans la même classe",
    DepartureReason.NON_MEMBER_SCHOOL: "entre dans un {school} hors du dispositif",
    DepartureReason.OTHER_REGION: "part dans un {school} d’{elsewhere}",
    DepartureReason.APPRENTICE_CENTRE: "entre dans un centre de formation d’apprentis (CFA)",
}  # the end of schooling is told by the article on duration
OUTCOMES = {
    Outcome.KEEP: "L’élève garde l’ordinateur s’il {}.",
    Outcome.CESSION: "L’élève devient propriétaire de l’ordinateur s’il {}.",
    Outcome.BUYOUT: "La famille peut acheter l’ordinateur, ou le rendre, si l’élève {}.",
    Outcome.RETURN: "L’ordinateur est rendu si l’élève {}.",
}


def duration(rules: Rules, parties: Parties) -> Iterator[str]:
    """From the hand-over to the end of schooling."""
    if is_lent(rules):
        yield (
            "Le prêt commence le jour de la remise. Il dure jusqu’à la fin de la scolarité de l’élève au "
            f"{parties.school}, vacances comprises, sauf dans les cas de départ prévus plus loin."
        )
    end = rules.end_of_cycle
    if end.summer_collection:
        yield "Chaque été, l’ordinateur est rendu à l’établissement. Il est remis de nouveau à la rentrée."
    yield f"À la fin de la scolarité, {_end(rules)}."
    if end.family_may_choose:
        yield (
            f"La famille peut faire un autre choix : elle le dit dans les {end.choice_window_days} jours qui suivent "
            "la proposition."
        )
    if end.unlock_before_leaving and may_be_kept(rules):
        yield ("Quand l’élève garde l’ordinateur après ses études, les logiciels de gestion en sont retirés.")


def _end(rules: Rules) -> str:
    match rules.departure.outcomes.end_of_schooling:
        case Outcome.RETURN:
            return "l’ordinateur est rendu"
        case Outcome.CESSION:
            return "l’ordinateur devient la propriété de l’élève"
        case Outcome.KEEP:
            return "l’élève garde l’ordinateur"
        case Outcome.BUYOUT:
            price = rules.end_of_cycle.buyout_price_amount
            at = f"pour {euros(price)}" if price is not None else "à un prix qui lui est indiqué"
            return f"la famille peut acheter l’ordinateur {at}, ou le rendre"


def departures(rules: Rules, parties: Parties) -> Iterator[str]:
    """What becomes of the laptop by reason of departure, and how it comes back."""
    yield from _by_reason(rules, parties)
    yield from _unknown(rules, parties)
    if may_be_asked_back(rules):
        yield from _way_back(rules, parties)


def _by_reason(rules: Rules, parties: Parties) -> Iterator[str]:
    cases: dict[Outcome, list[str]] = {outcome: [] for outcome in OUTCOMES}
    for reason, words in REASONS.items():
        cases[rules.departure.outcome_for(reason)].append(
            words.format(school=parties.school, elsewhere=parties.elsewhere)
        )
    for outcome, told in cases.items():
        if told:
            yield OUTCOMES[outcome].format(listed(told, "ou"))


def _unknown(rules: Rules, parties: Parties) -> Iterator[str]:
    if rules.departure.outcomes.unknown == Outcome.KEEP:
        yield "L’élève garde aussi l’ordinateur si personne ne sait pourquoi il est parti."
    else:
        yield (
            "Si personne ne sait pourquoi l’élève est parti, l’ordinateur est demandé, sauf si l’établissement indique "
            f"que l’élève suit ses études dans un autre {parties.school} du dispositif."
        )


def _way_back(rules: Rules, parties: Parties) -> Iterator[str]:
    departure = rules.departure
    yield (
        f"Le retour se fait dans les {departure.days_to_return} jours qui suivent la demande, "
        f"{channel(departure.channel)}."
    )
    if departure.school_may_ask_label:
        yield (
            "L’élève peut aussi laisser l’ordinateur à son établissement quand il le quitte : l’établissement demande "
            "une étiquette d’envoi."
        )
    payer = {
        Payer.AUTHORITY: f"pris en charge par {parties.lender}",
        Payer.FAMILY: "à la charge de la famille",
        Payer.SCHOOL: "à la charge de l’établissement",
    }.get(departure.freight_paid_by)
    if payer:
        yield f"Les frais d’envoi sont {payer}."
    expected = [item_name(item) for item in rules.accessories.kit if item.required_on_return]
    if expected:
        yield f"{'Sont à rendre' if len(expected) > 1 else 'Est à rendre'} : {listed(expected)}."
    if rules.return_.wipe_required:
        yield "L’élève sauvegarde ses fichiers avant le retour : l’ordinateur est ensuite effacé."
