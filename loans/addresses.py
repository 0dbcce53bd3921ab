"""Who may sign a convention, and at which address: the base's, or one mended by the school (N3, A8)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core.addresses import troubles_of
from core.refusals import Refused
from core.statements import question
from loans.enums import SignerCapacity, SignerKind
from loans.models import AddressCorrection, Convention
from schools.enums import ENTRUSTED_KINSHIPS
from schools.models import Guardian, Guardianship, Pupil


@dataclass(frozen=True, slots=True)
class Signatory:
    """A person who may sign: a legal guardian, or the adult pupil (`guardian` is None). `email` may be empty.

    `trouble` is why nobody writes to that address any more (`core.models.Trouble`); empty when messages arrive.
    Who signs by a decision of justice or of child welfare gets no link: the reference is typed at the desk.
    """

    guardian: Guardian | None
    name: str
    email: str
    is_corrected: bool = False
    trouble: str = ""
    phone: str = ""
    capacity: str = SignerCapacity.GUARDIAN

    @property
    def can_be_written(self) -> bool:
        return bool(self.email) and not self.trouble

    @property
    def guardian_id(self) -> int | None:
        """None is the adult pupil."""
        return self.guardian.pk if self.guardian else None

    @property
    def key(self) -> str:
        """What tells this signatory from the others of the same convention."""
        return key_of(self.guardian_id)

    @property
    def role(self) -> Any:
        return SignerCapacity(self.capacity).label

    @property
    def needs_decision(self) -> bool:
        return self.capacity == SignerCapacity.DELEGATE


def key_of(guardian_id: int | None) -> str:
    """The `Signatory.key` of a guardian's id; None is the adult pupil."""
    return f"guardian {guardian_id}" if guardian_id else "pupil"


def signatories_of(conventions: Iterable[Convention]) -> dict[int, list[Signatory]]:
    """Those who may sign each convention (keyed by its id), in the order of the base; five queries at most."""
    by_kind: dict[str, list[Convention]] = defaultdict(list)
    for convention in conventions:
        by_kind[convention.signer_kind].append(convention)
    return _with_troubles(_pupils(by_kind[SignerKind.PUPIL]) | _guardians(by_kind[SignerKind.GUARDIAN]))


def signatories(convention: Convention) -> list[Signatory]:
    return signatories_of([convention])[convention.pk]


def signatories_today(convention: Convention) -> list[Signatory]:
    """The same in one question, for an act: whether their addresses take messages is not looked up."""
    if convention.signer_kind == SignerKind.PUPIL:
        return _pupils([convention])[convention.pk]
    return [_signatory_by(guardianship) for guardianship in _legal_of(convention.pupil_id)]


@question
def _legal_of(pupil: int) -> QuerySet[Guardianship]:
    return _legal().filter(pupil=pupil)


def _legal() -> QuerySet[Guardianship]:
    found = Guardianship.objects.legal().select_related("guardian__address_correction")
    return found.order_by("rank", "guardian_id")


def _pupils(conventions: list[Convention]) -> dict[int, list[Signatory]]:
    pupils = {
        pupil.pk: pupil
        for pupil in Pupil.objects.filter(pk__in=[row.pupil_id for row in conventions]).select_related(
            "address_correction"
        )
    }
    return {row.pk: [_signatory(pupils[row.pupil_id], None)] for row in conventions}


def _guardians(conventions: list[Convention]) -> dict[int, list[Signatory]]:
    by_pupil: dict[int, list[Signatory]] = defaultdict(list)
    for guardianship in _legal().filter(pupil__in=[row.pupil_id for row in conventions]):
        by_pupil[guardianship.pupil_id].append(_signatory_by(guardianship))
    return {row.pk: by_pupil[row.pupil_id] for row in conventions}


def _signatory_by(guardianship: Guardianship) -> Signatory:
    guardian = guardianship.guardian
    is_service = guardianship.kinship in ENTRUSTED_KINSHIPS
    return _delegate(guardian) if is_service else _signatory(guardian, guardian)


def desk_signatories(convention: Convention) -> list[Signatory]:
    """Those who may sign before an agent: the signatories, then those to whom the child is entrusted."""
    return [*signatories(convention), *entrusted_signatories(convention)]


def entrusted_signatories(convention: Convention) -> list[Signatory]:
    """Those to whom the child is entrusted without being its legal guardians; of an adult pupil, nobody."""
    if convention.signer_kind == SignerKind.PUPIL:
        return []
    entrusted = convention.pupil.guardianships.entrusted().select_related("guardian").order_by("rank", "pk")
    return [_delegate(link.guardian) for link in entrusted]


def _delegate(guardian: Guardian) -> Signatory:
    return Signatory(guardian, guardian.polite_name, "", capacity=SignerCapacity.DELEGATE)


def _signatory(person: Pupil | Guardian, guardian: Guardian | None) -> Signatory:
    correction = getattr(person, "address_correction", None)
    name = guardian.polite_name if guardian else person.full_name
    capacity = SignerCapacity.GUARDIAN if guardian else SignerCapacity.PUPIL
    if correction and correction.base_email == person.email:
        return Signatory(
            guardian, name, correction.email, is_corrected=True, phone=person.phone, capacity=capacity
        )
    return Signatory(guardian, name, person.email, phone=person.phone, capacity=capacity)


def _with_troubles(people: dict[int, list[Signatory]]) -> dict[int, list[Signatory]]:
    troubles = troubles_of({person.email for known in people.values() for person in known})
    if not troubles:
        return people
    return {
        pk: [replace(person, trouble=troubles.get(person.email.lower(), "")) for person in known]
        for pk, known in people.items()
    }


@transaction.atomic
def correct_address(
    *, convention: Convention, guardian: Guardian | None, email: str, by: User | None, at: datetime
) -> AddressCorrection:
    """Write to this person at another address, without touching the school's base; the base wins once it changes.

    Raises Refused(`address_wrong` or `not_a_signatory`).
    """
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(
            "address_wrong", _("This e-mail address is not complete. Check it and try again.")
        ) from error
    if guardian not in [person.guardian for person in signatories(convention) if not person.needs_decision]:
        raise Refused("not_a_signatory", _("This person may not sign this convention."))
    person = guardian or convention.pupil
    who = {"guardian": guardian} if guardian else {"pupil": convention.pupil}
    correction, _created = AddressCorrection.objects.update_or_create(
        **who,
        defaults={"email": email, "base_email": person.email, "corrected_by": by, "corrected_at": at},
    )
    return correction
