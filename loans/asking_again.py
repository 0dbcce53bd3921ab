"""A family asks for its link again by itself: to the address the school knows, whatever the visitor says (trust 8).

Whoever asks learns nothing: neither whether an address is known, nor which.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.evidence import record_event
from core.refusals import Refused
from loans.enums import ConventionState, SignerKind
from loans.links import MAX_WRONG_BIRTH_DATES, link_problem, problem_sentence
from loans.models import Convention, SigningLink
from loans.resending import resend_convention


REPAIRABLE = ("expired", "revoked", "closed")  # a frozen link waits for a person
WAITING = (ConventionState.DRAFT, ConventionState.SENT)
PAUSE = timedelta(minutes=15)
A_DAY = 3
CHILDREN = 6  # conventions of one address, at most, for one request


def may_ask(link: SigningLink, at: datetime) -> bool:
    """Whether the family may have another link sent, from the page that says why this one is closed."""
    return link_problem(link, at) in REPAIRABLE and _waiting_for(link) is not None


def why_closed(link: SigningLink, problem: str) -> str:
    """The sentence of this problem; a parent whose child came of age is told that the pupil signs from then on."""
    old = link.convention
    by_pupil = Convention.objects.filter(
        pupil=old.pupil_id, campaign=old.campaign_id, signer_kind=SignerKind.PUPIL
    ).exclude(state=ConventionState.SUPERSEDED)
    if problem == "closed" and link.guardian_id and by_pupil.exists():
        return _(
            "The pupil is now of age and signs alone. A new message will be sent to the pupil’s address."
        )
    return problem_sentence(problem)


def _waiting_for(link: SigningLink) -> Convention | None:
    """What this person may still sign: the link's convention, or the one that took its place."""
    kind = SignerKind.GUARDIAN if link.guardian_id else SignerKind.PUPIL
    old = link.convention
    waiting = Convention.objects.filter(pupil=old.pupil_id, campaign=old.campaign_id, state__in=WAITING)
    return waiting.filter(signer_kind=kind).first()


@transaction.atomic
def ask_new_link(*, link: SigningLink, on: date, at: datetime) -> None:
    """Write again to the person this link was for, at the address known today; older links are closed.

    Raises Refused(`link_not_repairable`, `asked_too_often`, `not_waiting` or `nobody_to_write_to`).
    """
    Convention.objects.select_for_update(of=("self",)).get(pk=link.convention_id)
    waiting = _waiting_for(link) if may_ask(link, at) else None
    if waiting is None:
        raise Refused(
            "link_not_repairable", _("This link cannot be replaced here. Call the helpline or the school.")
        )
    convention = Convention.objects.select_for_update(of=("self",)).get(pk=waiting.pk)
    _refuse_flood(convention.links.filter(guardian=link.guardian_id, origin=None), at)
    record_event(
        stream=convention.stream, action="link_asked_again", actor=f"link:{link.pk}", at=at, link=link.pk
    )
    resend_convention(convention=convention, by=None, on=on, at=at, only_to=_key(link.guardian_id))


def _refuse_flood(links: QuerySet[SigningLink], at: datetime) -> None:
    too_soon = links.filter(issued_at__gt=at - PAUSE).exists()
    if too_soon or links.filter(issued_at__gt=at - timedelta(days=1)).count() >= A_DAY:
        raise Refused(
            "asked_too_often",
            _("A message left a moment ago. Wait a quarter of an hour before asking again."),
        )


def _key(guardian_id: int | None) -> str:
    """The `Signatory.key` of the person a link is for."""
    return f"guardian {guardian_id}" if guardian_id else "pupil"


def send_lost_links(*, email: str, on: date, at: datetime) -> int:
    """Write again to this address about each convention that waits for it; returns how many, for nobody's eyes."""
    sent = 0
    for link in _last_links(email.strip()):
        try:
            with transaction.atomic():
                _send_lost(link, on, at)
        except Refused:
            continue
        sent += 1
    return sent


def _last_links(email: str) -> list[SigningLink]:
    """The latest link of each convention that waits for this address."""
    waiting = SigningLink.objects.filter(convention__state__in=WAITING, sent_to__iexact=email, origin=None)
    latest = waiting.order_by("convention_id", "guardian_id", "-issued_at").distinct(
        "convention_id", "guardian_id"
    )
    return list(latest.select_related("convention")[:CHILDREN]) if email else []


def _send_lost(link: SigningLink, on: date, at: datetime) -> None:
    convention = Convention.objects.select_for_update(of=("self",)).get(pk=link.convention_id)
    mine = convention.links.filter(guardian=link.guardian_id, origin=None)
    if mine.filter(revoked_at=None, wrong_birth_dates_count__gte=MAX_WRONG_BIRTH_DATES).exists():
        raise Refused("link_frozen", problem_sentence("frozen"))
    _refuse_flood(mine, at)
    resend_convention(convention=convention, by=None, on=on, at=at, only_to=_key(link.guardian_id))
