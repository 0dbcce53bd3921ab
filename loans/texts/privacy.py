"""Personal data: who keeps what, how long. It informs and binds nobody."""

from collections.abc import Iterator

from loans.texts.parties import Parties
from loans.wording import capitalised, duration
from programmes.rule_tree import Rules


def privacy(rules: Rules, parties: Parties) -> Iterator[str]:
    kept = rules.privacy
    yield (
        f"{capitalised(parties.lender)} est responsable du traitement des données nécessaires au prêt, pour une "
        "mission d’intérêt public (article 6, 1, e du RGPD). Ces données viennent de la base élèves de "
        "l’établissement."
    )
    yield (
        "Elles sont lues par la collectivité, l’établissement, le prestataire et l’assistance, chacun pour ce qui "
        "le concerne."
    )
    yield (
        f"Après la fin du prêt, la convention signée est conservée {duration(kept.signed_documents_days)}, les données "
        f"de l’élève et de ses représentants légaux {duration(kept.pupils_days)}. Une demande d’assistance est "
        f"conservée {duration(kept.tickets_days)} et une déclaration de vol ou de perte "
        f"{duration(kept.police_reports_days)} après la fin du dossier ; un message, {duration(kept.messages_days)}."
    )
    yield (
        "La famille peut demander l’accès à ses données, leur rectification ou leur limitation, s’opposer à leur "
        "traitement, et saisir la CNIL (cnil.fr)."
    )
