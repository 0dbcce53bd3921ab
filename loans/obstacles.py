"""What stands in the way of a signature: each refusal with the sentence its reader needs (trust 4, 12, 13, 14)."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.languages import isolated
from core.refusals import Refused
from loans.addresses import Signatory
from loans.cases import Case
from loans.enums import ConventionState, SignerKind
from loans.lendable import binds_today
from loans.links import problem_sentence
from loans.models import Convention, ConventionText, Signature
from loans.wording import masked_name
from schools.models import Guardian
from schools.rules import is_adult


SIGNABLE = (ConventionState.DRAFT, ConventionState.SENT, ConventionState.REFUSED)


@dataclass(frozen=True, slots=True)
class Witness:
    """What an agent at the desk saw: how the signer was known, and the decision they sign under, if any."""

    identity_check: str = ""
    decision_reference: str = ""


def refuse_without_consent(consent: str) -> None:
    if not consent:
        raise Refused(
            "consent_missing", _("Tick the box to say that you have read the convention and accept it.")
        )


def refuse_state(convention: Convention, guardian: Guardian | None, acts: list[Signature]) -> None:
    refuse_opposed(convention)
    if convention.state == ConventionState.SIGNED:
        raise Refused("signed_by_other", _already(convention))
    if convention.state not in SIGNABLE:
        raise Refused("convention_closed", problem_sentence("closed"))
    if act_of(guardian, acts):
        raise Refused("signed_already", _("This person has signed already. Another signature is awaited."))


def act_of(guardian: Guardian | None, acts: list[Signature]) -> Signature | None:
    """What this person signed already; None is the adult pupil."""
    who = guardian.pk if guardian else None
    return next((act for act in acts if act.guardian_id == who), None)


def refuse_opposed(convention: Convention) -> None:
    if convention.state == ConventionState.OPPOSED:
        raise Refused(
            "opposed",
            _(
                "A holder of parental authority objects to this loan: nobody can sign for now. "
                "The helpline follows it up with both of you."
            ),
        )


def _already(convention: Convention) -> str:
    last = convention.signatures.order_by("-pk")[0]
    day = date_format(convention.signed_on or last.signed_at, "j F Y")
    done = _("This convention is already signed, on %(day)s. Nothing more is asked of you.") % {"day": day}
    return f"{done} {_('Signed by %(initials)s.') % {'initials': isolated(masked_name(last.signer_name))}}"


def refuse_text(case: Case, read_sha256: str, earlier: ConventionText | None = None) -> None:
    """`read_sha256` is of the text that was read; `earlier` its version, where it is not the convention's."""
    same = read_sha256 == (earlier.sha256 if earlier else case.text_sha256)
    is_in_force = case.is_in_force and earlier is None
    if not same or not (is_in_force or binds_today(earlier or case.convention.text)):
        raise Refused(
            "text_changed",
            _("The text of the convention changed while you were reading. Read it again, then sign."),
        )


def signatory_of(
    convention: Convention, guardian: Guardian | None, on: date, people: list[Signatory]
) -> Signatory:
    """Who signs is asked again on the day itself: a pupil may have come of age since the message left (N3)."""
    rules = convention.campaign.rule_tree.signer
    adult = rules.adult_signs_alone and is_adult(convention.pupil.birth_on, on, rules.signer_age)
    if adult and convention.signer_kind == SignerKind.GUARDIAN:
        raise Refused(
            "pupil_is_adult",
            _("The pupil is now of age and signs alone. A new message will be sent to the pupil’s address."),
        )
    person = next((person for person in people if person.guardian == guardian), None)
    if person is None:
        raise Refused(
            "not_a_signatory", _("The school’s base no longer names you as a legal guardian of this pupil.")
        )
    return person


def decision_of(person: Signatory, reference: str) -> str:
    """The reference of the decision a delegate signs under; "" for the others, of whom none is asked."""
    reference = reference.strip()[:120]
    if person.needs_decision and not reference:
        raise Refused(
            "decision_missing",
            _(
                "Write the reference of the decision that entrusts the child: it stands for the parents’ authority."
            ),
        )
    return reference if person.needs_decision else ""
