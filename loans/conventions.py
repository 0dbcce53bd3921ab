"""Conventions are issued, follow the pupil, and give way to another when their text or signer changes.

Everything here works on sets: a region issues tens of thousands in one night. `at` is the instant written in logs
and evidence; the morning of `on` unless told otherwise.
"""

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.models import Message, MessageState
from loans.completing import complete_ready
from loans.enums import ConventionState, SignerKind
from loans.grown_tables import look_at_grown_tables
from loans.issuing import issue_missing
from loans.models import Convention, ConventionText, SigningLink
from loans.publishing import publish_text, texts_alike, with_laptop
from loans.replacing import write_anew
from loans.witnessing import log_moves, witness
from programmes.models import Campaign
from schools.eligibility import assess_enrolments
from schools.models import ChangeReceipt, Enrolment, EnrolmentChange
from schools.rules import born_by


CONSUMER = "loans"
UNSIGNED = [
    ConventionState.DRAFT,
    ConventionState.SENT,
    ConventionState.REFUSED,
    ConventionState.OPPOSED,
]


@transaction.atomic
def consume_changes(*, campaign: Campaign, on: date, at: datetime | None = None) -> dict[str, int]:
    """Act once on each enrolment change: judge, follow movers, withdraw what lost its ground, issue what is missing.

    Returns counts: `changes`, `assessed`, `moved`, `withdrawn`, `renewed`, `issued`, and `sent` and `messages` to the
    families whose link was closed by it.
    """
    campaign, at = _locked(campaign), at or morning(on)
    changes = EnrolmentChange.objects.pending_for(CONSUMER).filter(enrolment__campaign=campaign)
    pending = list(changes.values_list("pk", flat=True))
    counts = {"changes": len(pending), "assessed": assess_enrolments(campaign=campaign, on=on)}
    counts["moved"] = _follow_pupils(campaign, at)
    counts["withdrawn"] = _leave_in_peace(campaign, at) + _withdraw_baseless(campaign, at)
    counts |= _renew_and_issue(campaign, on, at, by=None)
    ChangeReceipt.objects.bulk_create(
        [ChangeReceipt(change_id=pk, consumer=CONSUMER, consumed_on=on) for pk in pending],
        ignore_conflicts=True,
        batch_size=1000,
    )
    return counts


@transaction.atomic
def issue_conventions(
    *, campaign: Campaign, on: date, by: User | None, at: datetime | None = None, writes: bool = True
) -> dict[str, int]:
    """Make a convention for each eligible pupil without one; those whose text or signer changed get another.

    A pupil who has a laptop under an earlier convention needs none. Families whose link was closed by it are written
    to, but when `writes` is False: who counts a mailing sends nothing. Returns counts `renewed`, `issued`, `sent` and
    `messages`.
    """
    return _renew_and_issue(_locked(campaign), on, at or morning(on), by=by, writes=writes)


def morning(on: date) -> datetime:
    """Seven o'clock that day, here: the instant of what is done for a day by nobody in particular."""
    return datetime.combine(on, time(7), tzinfo=timezone.get_current_timezone())


def _locked(campaign: Campaign) -> Campaign:
    """One at a time for a campaign, under the rules it has now."""
    look_at_grown_tables()
    return (
        Campaign.objects.select_related("programme", "rules")
        .select_for_update(of=("self",))
        .get(pk=campaign.pk)
    )


def _renew_and_issue(
    campaign: Campaign, on: date, at: datetime, *, by: User | None, writes: bool = True
) -> dict[str, int]:
    complete_ready(campaign=campaign, on=on, at=at)
    text = publish_text(campaign, by=by, at=at)
    renewed = _supersede_old_texts(campaign, text, at, by) + _supersede_new_adults(campaign, on, at, by)
    made = issue_missing(campaign, text, on=on, at=at, by=by)
    written = write_anew(campaign, made if writes else [], on=on, at=at)
    return {
        "renewed": renewed,
        "issued": len(made),
        "sent": written["sent"],
        "messages": written["messages"],
    }


def _supersede_old_texts(campaign: Campaign, text: ConventionText, at: datetime, by: User | None) -> int:
    """Who has not signed, or signed and has no laptop yet, reads the new terms; nobody was shown a draft's.

    A version with the same terms asks nothing of those who were sent another: it is for the conventions to come.
    """
    outdated = Convention.objects.open().filter(campaign=campaign).exclude(text=text)
    outdated.filter(state__in=[ConventionState.DRAFT, ConventionState.REFUSED]).update(text=text)
    shown = [ConventionState.SENT, ConventionState.SIGNED, ConventionState.OPPOSED]
    alike = texts_alike(campaign, text.sections)
    stale = outdated.filter(state__in=shown).exclude(text__in=alike).exclude(with_laptop())
    return supersede(stale, comment=_("The text changed."), by=by, at=at)


def _supersede_new_adults(campaign: Campaign, on: date, at: datetime, by: User | None) -> int:
    """A pupil who came of age before the signature signs alone (N3)."""
    rules = campaign.rule_tree.signer
    if not rules.adult_signs_alone:
        return 0
    waiting = Convention.objects.filter(
        campaign=campaign, state__in=UNSIGNED, signer_kind=SignerKind.GUARDIAN
    )
    adults = waiting.filter(pupil__birth_on__lte=born_by(on, rules.signer_age))
    return supersede(adults, comment=_("The pupil is now of age and signs alone."), by=by, at=at)


def _leave_in_peace(campaign: Campaign, at: datetime) -> int:
    """After a death no message waits for the family any more, whatever was signed; an agent sees to a loan."""
    mourned = Convention.objects.open().filter(campaign=campaign, pupil__deceased_on__isnull=False)
    streams = [convention.stream for convention in mourned]
    Message.objects.filter(about__in=streams).waiting().update(state=MessageState.CANCELLED)
    SigningLink.objects.filter(convention__in=mourned, revoked_at=None).update(revoked_at=at)
    return supersede(mourned.exclude(with_laptop()), comment=_("The pupil died."), by=None, at=at)


def _withdraw_baseless(campaign: Campaign, at: datetime) -> int:
    """The pupil left, or is no longer eligible, before signing. A signature is kept: the pupil may come back."""
    ground = Enrolment.objects.eligible().filter(campaign=campaign, pupil=OuterRef("pupil"))
    baseless = Convention.objects.filter(campaign=campaign, state__in=UNSIGNED).exclude(Exists(ground))
    return supersede(baseless, comment=_("The pupil left or is no longer eligible."), by=None, at=at)


def supersede(conventions: QuerySet[Convention], *, comment: str, by: User | None, at: datetime) -> int:
    """Close these conventions, their links and their waiting messages; returns how many. In a transaction."""
    rows = list(conventions.select_for_update(of=("self",)).order_by("pk"))
    pks = [row.pk for row in rows]
    Convention.objects.filter(pk__in=pks).update(state=ConventionState.SUPERSEDED)
    SigningLink.objects.filter(convention__in=pks, revoked_at=None).update(revoked_at=at)
    waiting = Message.objects.filter(about__in=[row.stream for row in rows]).waiting()
    waiting.update(state=MessageState.CANCELLED)
    log_moves(rows, [row.state for row in rows], ConventionState.SUPERSEDED, comment, by, at)
    witness(rows, "superseded", by, at)
    return len(rows)


def _follow_pupils(campaign: Campaign, at: datetime) -> int:
    """The convention and the loan follow the pupil to the new school (invariant 4)."""
    present = Enrolment.objects.active().filter(campaign=campaign, pupil=OuterRef("pupil"))
    rows: list[Any] = list(
        Convention.objects.open()
        .filter(campaign=campaign)
        .annotate(present_id=Subquery(present.values("pk")[:1]))
        .filter(present_id__isnull=False)
        .exclude(enrolment=F("present_id"))
        .select_for_update(of=("self",))
    )
    for row in rows:
        row.enrolment_id = row.present_id
    Convention.objects.bulk_update(rows, ["enrolment"], batch_size=1000)
    comment = _("Follows the pupil to another school.")
    for state in sorted({row.state for row in rows}):
        moved = [row for row in rows if row.state == state]
        log_moves(moved, [state] * len(moved), state, comment, None, at)
    witness(rows, "followed", None, at)
    return len(rows)
