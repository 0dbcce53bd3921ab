"""How to sign, and whom to call. It informs and binds nobody: nobody signs again for a telephone number."""

from collections.abc import Iterator

from loans.texts.parties import Parties
from loans.wording import opening_hours
from programmes.enums import Validator
from programmes.rule_tree import Rules


def practical(rules: Rules, parties: Parties) -> Iterator[str]:
    signing, line = rules.signature, rules.support.families
    desk = ", au guichet de l’établissement" if signing.desk_signing else ""
    checker = "le prestataire" if signing.paper_validated_by == Validator.SUPPLIER else parties.lender
    yield (
        f"La convention se signe en ligne{desk} ou sur papier. Un exemplaire papier ne compte qu’une fois contrôlé "
        f"par {checker}."
    )
    free = " (appel gratuit)" if line.phone_is_free else ""
    yield f"Assistance aux familles : {line.phone}{free}, {line.email}."
    yield f"Elle répond {opening_hours(line)}."
