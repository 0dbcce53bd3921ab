"""The case of a convention about to be signed: all that the decision looks at, read in one trip, under its locks.

Read the case, decide, write: the rules in between stay pure, and are the same for a link, the desk and paper.
"""

from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from core.evidence import LOCK, Head, head_of
from core.statements import NewId, question
from core.trips import Trip
from loans.addresses import Signatory, signatories_today
from loans.models import Convention, ConventionText, Opposition, Signature, SigningLink


AROUND = ("pupil", "text", "campaign", "enrolment")


@dataclass(frozen=True, slots=True)
class Case:
    """A locked convention, the `link` that asks if one does, and what hangs on them.

    `acts`: the signatures it bears. `people`: who may sign today. `text_sha256` and `is_in_force`: of its text.
    `has_wrong_dates`: some of its links count wrong dates of birth. `head` and `signature_id`: where its chain has
    come to, and the number drawn for a signature.
    """

    convention: Convention
    link: SigningLink | None
    acts: list[Signature]
    people: list[Signatory]
    opposed_count: int
    text_sha256: str
    is_in_force: bool
    has_wrong_dates: bool
    head: Head
    signature_id: int

    @classmethod
    def read(cls, convention: Convention, found: Any, link: SigningLink | None = None) -> Self:
        """From the row that answered: what is rare is only known to be there, and read on its own."""
        return cls(
            convention=convention,
            link=link,
            acts=list(convention.signatures.all()) if found.has_signatures else [],
            people=signatories_today(convention),
            opposed_count=Opposition.objects.against(convention).count() if found.has_oppositions else 0,
            text_sha256=found.text_sha256,
            is_in_force=found.latest_text_id == convention.text_id,
            has_wrong_dates=found.has_wrong_dates,
            head=Head(found.head_event_id, found.head_rank, found.head_hash),
            signature_id=found.signature_id,
        )


def read_case(convention: Convention) -> Case:
    """Locks the convention; `convention` may be an older reading of it. In the caller's transaction."""
    trip, stream = Trip(), convention.stream
    trip.call(_lock_convention, convention.pk)
    trip.say(LOCK, stream)
    [found] = trip.ask(_by_convention, convention.pk, stream)
    return Case.read(found, found)


def read_case_of(link: SigningLink) -> Case:
    """Locks the convention, then its link; what the page read around them is not read again."""
    trip, known = Trip(), link.convention
    trip.call(_lock_link, link.pk)
    trip.say(LOCK, known.stream)
    [found] = trip.ask(_by_link, link.pk, known.stream)
    if SigningLink.guardian.is_cached(link):
        found.guardian = link.guardian
    _keep_around(found.convention, known)
    return Case.read(found.convention, found, found)


def _keep_around(convention: Convention, known: Convention) -> None:
    for name in AROUND:
        field = Convention._meta.get_field(name)
        if field.is_cached(known) and getattr(known, field.attname) == getattr(convention, field.attname):
            setattr(convention, name, getattr(known, name))


@question
def _lock_convention(convention: int) -> QuerySet[Convention]:
    return Convention.objects.select_for_update(of=("self",)).filter(pk=convention).only("pk")


@question
def _lock_link(link: int) -> QuerySet[SigningLink]:
    links = SigningLink.objects.select_for_update(of=("convention", "self")).select_related("convention")
    return links.filter(pk=link).only("pk", "convention__id")


@question
def _by_convention(convention: int, stream: str) -> QuerySet[Convention]:
    around = Convention.objects.select_related(
        "pupil", "text", "enrolment__school", "campaign__programme", "campaign__rules"
    ).defer("text__sections", "campaign__rules__document")
    return around.filter(pk=convention).annotate(**_hanging_on("", stream))


@question
def _by_link(link: int, stream: str) -> QuerySet[SigningLink]:
    links = SigningLink.objects.select_related("convention").defer("convention__eligibility_verdict")
    return links.filter(pk=link).annotate(**_hanging_on("convention__", stream))


def _hanging_on(convention: str, stream: Any) -> dict[str, Any]:
    """What is asked beside the convention found at this path."""
    this, pupil = OuterRef(f"{convention}pk"), OuterRef(f"{convention}pupil")
    texts = ConventionText.objects.filter(campaign=OuterRef(f"{convention}campaign")).order_by("-number")
    oppositions = Opposition.objects.standing().filter(
        pupil=pupil, campaign=OuterRef(f"{convention}campaign")
    )
    return {
        "text_sha256": F(f"{convention}text__sha256"),
        "latest_text_id": Subquery(texts.values("pk")[:1]),
        "has_signatures": Exists(Signature.objects.filter(convention=this)),
        "has_oppositions": Exists(oppositions),
        "has_wrong_dates": Exists(SigningLink.objects.filter(convention=this, wrong_birth_dates_count__gt=0)),
        "signature_id": NewId(Signature),
        **head_of(stream),
    }
