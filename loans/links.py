"""The family's way to its convention: a secret link, and the date of birth that guards it (trust A).

A link is a pointer, not a proof: scanners open it, messages go astray. Only a POST with the right date of birth
goes on. Wrong dates are counted for whoever holds them: all links of one person to one address share the count,
so that neither a reminder nor a lost message asked again gives five more tries (trust 9).
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core.evidence import Trace, actor_of, record_event
from core.refusals import Refused
from core.statements import question
from core.tokens import token_digest
from loans.enums import ConventionState
from loans.models import Convention, SigningLink


MAX_WRONG_BIRTH_DATES = 5


def find_link(token: str) -> SigningLink | None:
    """The link behind a token, with its convention, pupil, school and campaign; None when there is none."""
    return next(iter(_of_token(token_digest(token))), None)


def get_link(pk: int) -> SigningLink | None:
    """The same, by its number."""
    return next(iter(_of_number(pk)), None)


@question
def _of_token(digest: str) -> QuerySet[SigningLink]:
    return _with_campaign().filter(token_hash=digest)


@question
def _of_number(pk: int) -> QuerySet[SigningLink]:
    return _with_campaign().filter(pk=pk)


def _with_campaign() -> QuerySet[SigningLink]:
    links = _links().select_related("convention__campaign__programme", "convention__campaign__rules")
    return links.defer("convention__campaign__rules__document").order_by()


def _links() -> QuerySet[SigningLink]:
    return SigningLink.objects.select_related(
        "guardian", "convention__pupil", "convention__enrolment__school"
    )


def stamp_seen(link: SigningLink, at: datetime) -> None:
    """The one thing a GET may write (invariant 3). A mail filter may have opened it: it proves nothing."""
    SigningLink.objects.filter(pk=link.pk, seen_at=None).update(seen_at=at)


def link_problem(link: SigningLink, at: datetime) -> str:
    """Why this link cannot be used now: `frozen`, `closed`, `revoked`, `expired`; "" when it can.

    One that went to an address the school has changed since is `revoked`, even before a newer one left. A signed
    convention stays readable by its links after their date: the family's file has no end.
    """
    if link.wrong_birth_dates_count >= MAX_WRONG_BIRTH_DATES:
        return "frozen"
    state = link.convention.state
    if state in (ConventionState.SUPERSEDED, ConventionState.TERMINATED):
        return "closed"
    if link.revoked_at:
        return "revoked"
    if state == ConventionState.SIGNED:
        return ""
    if at >= link.expires_at:
        return "expired"
    return "revoked" if _went_elsewhere(link) else ""


def _went_elsewhere(link: SigningLink) -> bool:
    """Whether the school has another address for this person since; who signed already may still read (trust 8)."""
    person = link.guardian or link.convention.pupil
    if not person.email or link.sent_to.lower() in ("", person.email.lower()):  # on paper: no address
        return False
    mended = getattr(person, "address_correction", None)
    if mended and (mended.base_email, mended.email) == (person.email, link.sent_to):
        return False
    return not link.convention.signatures.filter(guardian=link.guardian_id).exists()


def refuse_unusable(link: SigningLink, at: datetime) -> None:
    """Raises Refused(`link_…`), with its `link_problem`, when the link cannot be used now."""
    problem = link_problem(link, at)
    if problem:
        raise Refused(f"link_{problem}", problem_sentence(problem))


def check_birth_date(
    *, link: SigningLink, birth_on: date | None, at: datetime, trace: Trace | None = None
) -> SigningLink:
    """The guard against a misdelivered message: five wrong dates, even in parallel, freeze the link (trust 9).

    Raises Refused(`birth_date_wrong` or `link_frozen`), after the count is kept.
    """
    with transaction.atomic():
        Convention.objects.select_for_update(of=("self",)).get(pk=link.convention_id)
        link = _links().select_for_update(of=("self",)).get(pk=link.pk)
        outcome = _birth_date_outcome(link, birth_on)
        if outcome != "link_frozen":
            record_event(
                stream=link.convention.stream,
                action=outcome,
                actor=f"link:{link.pk}",
                at=at,
                trace=trace,
                link=link.pk,
            )
    if outcome == "birth_date_right":
        return link
    raise Refused(outcome, _sentence_after(link))


def _birth_date_outcome(link: SigningLink, birth_on: date | None) -> str:
    if link.wrong_birth_dates_count >= MAX_WRONG_BIRTH_DATES:
        return "link_frozen"
    if birth_on == link.convention.pupil.birth_on:
        if link.wrong_birth_dates_count:
            _same_hands(link).update(wrong_birth_dates_count=0)
        return "birth_date_right"
    _same_hands(link).update(wrong_birth_dates_count=F("wrong_birth_dates_count") + 1)
    link.wrong_birth_dates_count += 1
    return "birth_date_wrong"


def _same_hands(link: SigningLink) -> QuerySet[SigningLink]:
    """Every link of this person that went to the same address."""
    return SigningLink.objects.filter(
        convention=link.convention_id, guardian=link.guardian_id, sent_to=link.sent_to
    )


def keep_wrong_dates(links: Iterable[SigningLink]) -> None:
    """Give links not yet saved the count of the earlier ones of the same hands: frozen stays frozen."""
    new = list(links)
    known = {
        (row.convention_id, row.guardian_id, row.sent_to): row.wrong_birth_dates_count
        for row in SigningLink.objects.filter(
            convention__in=[link.convention_id for link in new], wrong_birth_dates_count__gt=0
        ).order_by("wrong_birth_dates_count")
    }
    for link in new:
        hands = (link.convention_id, link.guardian_id, link.sent_to)
        link.wrong_birth_dates_count = known.get(hands, 0)


def _sentence_after(link: SigningLink) -> str:
    left = MAX_WRONG_BIRTH_DATES - link.wrong_birth_dates_count
    if left <= 0:
        return _("Five wrong dates: this link is blocked. Call the helpline or the school to open it again.")
    return _(
        "This is not the date of birth the school gave us. Check the day, the month and the year; "
        "%(left)d more tries."
    ) % {"left": left}


@transaction.atomic
def unlock_links(*, convention: Convention, by: User | None, at: datetime) -> int:
    """Open again the links frozen by wrong dates, and forget the wrong dates; returns how many were frozen."""
    Convention.objects.select_for_update(of=("self",)).get(pk=convention.pk)
    count = convention.links.filter(wrong_birth_dates_count__gte=MAX_WRONG_BIRTH_DATES).count()
    if count:
        convention.links.filter(wrong_birth_dates_count__gt=0).update(wrong_birth_dates_count=0)
        record_event(stream=convention.stream, action="links_unlocked", actor=actor_of(by), at=at)
    return count


def problem_sentence(problem: str) -> str:
    """What a person reads when the link cannot be used."""
    return {
        "frozen": _(
            "Five wrong dates: this link is blocked. Call the helpline or the school to open it again."
        ),
        "closed": _(
            "This convention was replaced or is no longer needed. If a new one is due, it has been sent."
        ),
        "revoked": _("A newer link was sent since. Open the most recent message, or ask for another one."),
        "expired": _("This link is too old: for your safety, it works for a limited time only."),
    }[problem]
