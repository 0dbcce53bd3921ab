"""A mailing is counted before anything leaves: by a person, or by the calendar (trust 58)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from loans.conventions import issue_conventions
from loans.enums import MailingKind, MailingState
from loans.mailings.reach import Reach, reach_of
from loans.mailings.recipients import chosen, due, free, recipients
from loans.mailings.rules import leaves_by_itself, needs_second_person
from loans.mailings.telling import tell_region
from loans.models import Convention, Mailing, MailingSchool
from programmes.models import Campaign
from schools.models import School


TASK = "loans.tasks.run_mailings"


@transaction.atomic
def prepare_mailing(
    *,
    campaign: Campaign,
    kind: str,
    by: User,
    on: date,
    at: datetime,
    schools: Sequence[School] = (),
    references: Iterable[str] = (),
) -> Mailing:
    """Count who a mailing would reach; nothing leaves. Without schools nor references, the whole region.

    Raises Refused: `campaign_closed`, `no_reference`, `reference_unknown`, `mailing_standing` (one of that kind already
    waits or runs there), `nobody_concerned`, `nobody_reachable`.
    """
    campaign = Campaign.objects.with_rules().select_for_update(of=("self",)).get(pk=campaign.pk)
    if not campaign.is_open(on):
        raise Refused("campaign_closed", _("The campaign is not open: no message leaves."))
    listed = _known(campaign, references) if kind == MailingKind.CHOSEN else []
    _refuse_overlap(campaign, kind, schools)
    issue_conventions(campaign=campaign, on=on, by=None, at=at, writes=False)
    concerned = _narrowed(chosen(campaign, kind, on), schools, listed)
    reach = reach_of(concerned if schools or listed else free(concerned, kind), kind)
    if not reach.families_count:
        raise Refused(
            "nobody_concerned",
            _("Nobody is concerned: these families signed, refused, or were written to today."),
        )
    if not reach.messages_count:
        raise Refused(
            "nobody_reachable",
            _("None of these families can be written to: call them, or print their letters."),
        )
    mailing = _written_down(
        campaign,
        kind,
        reach,
        by,
        on,
        at,
        needs_second_person(reach.messages_count, campaign.rule_tree.signature),
    )
    mailing.references = listed
    mailing.save(update_fields=["references"])
    mailing.schools.set(schools)
    return mailing


def _known(campaign: Campaign, references: Iterable[str]) -> list[str]:
    asked = sorted({reference.strip().upper() for reference in references if reference.strip()})
    if not asked:
        raise Refused("no_reference", _("Give the reference of at least one convention, one a line."))
    found = Convention.objects.filter(campaign=campaign, reference__in=asked).values_list(
        "reference", flat=True
    )
    unknown = sorted(set(asked) - set(found))
    if unknown:
        raise Refused(
            "reference_unknown",
            _("No convention of this campaign has this reference: %(references)s.")
            % {"references": ", ".join(unknown[:10])},
        )
    return asked


def _refuse_overlap(campaign: Campaign, kind: str, schools: Sequence[School]) -> None:
    if kind == MailingKind.CHOSEN:
        return
    wanted = {school.pk for school in schools}
    alive = [MailingState.PREPARED, MailingState.ASKED, MailingState.RUNNING, MailingState.STOPPED]
    for other in campaign.mailings.filter(kind=kind, state__in=alive, written_at=None).prefetch_related(
        "schools"
    ):
        theirs = {school.pk for school in other.schools.all()}
        if not wanted or not theirs or wanted & theirs:
            raise Refused(
                "mailing_standing",
                _("Another mailing of that kind, of %(day)s, is not finished: finish it, or give it up.")
                % {"day": other.prepared_on.strftime("%d/%m/%Y")},
            )


def _narrowed(
    concerned: QuerySet[Convention], schools: Sequence[School], references: list[str]
) -> QuerySet[Convention]:
    if schools:
        concerned = concerned.filter(enrolment__school__in=[school.pk for school in schools])
    return concerned.filter(reference__in=references) if references else concerned


@transaction.atomic
def prepare_due(*, campaign: Campaign, kind: str, on: date, at: datetime) -> tuple[Mailing | None, Reach]:
    """What the calendar has to send that day, counted: running at once when the rules let it, else waiting for people.

    No mailing when there is nobody to write to.
    """
    concerned = free(due(campaign, kind, on), kind)
    reach = reach_of(concerned, kind)
    if not (reach.messages_count or (reach.families_count and kind == MailingKind.REMINDER)):
        return None, reach
    rules = campaign.rule_tree.signature
    by_itself = leaves_by_itself(kind, reach.messages_count, rules)
    mailing = _written_down(campaign, kind, reach, None, on, at, not by_itself)
    if by_itself:
        mailing.move_to(MailingState.RUNNING, by=None, at=at)
    else:
        tell_region(mailing, at=at)
    return mailing, reach


@transaction.atomic
def recount_mailing(*, mailing: Mailing, by: User, on: date, at: datetime) -> Mailing:
    """Count again while nobody was asked to approve; the preview is then of today.

    Raises Refused(`transition_refused`) once it is launched.
    """
    mailing = locked(mailing)
    if mailing.state != MailingState.PREPARED:
        mailing.move_to(MailingState.PREPARED, by=by, at=at)  # says what it became
        return mailing
    if campaign_is_open := mailing.campaign.is_open(on):
        issue_conventions(campaign=mailing.campaign, on=on, by=None, at=at, writes=False)
    mailing.prepared_on, mailing.up_to = on, 2**62 if campaign_is_open else mailing.up_to
    reach = reach_of(recipients(mailing), mailing.kind)
    mailing.up_to, mailing.prepared_at = reach.up_to, at
    mailing.families_count, mailing.messages_count = reach.families_count, reach.messages_count
    mailing.second_person = needs_second_person(reach.messages_count, mailing.campaign.rule_tree.signature)
    mailing.save()
    mailing.lines.all().delete()
    _write_lines(mailing, reach)
    return mailing


def locked(mailing: Mailing) -> Mailing:
    """The row, held until the end of the transaction, with its campaign's rules."""
    found = Mailing.objects.select_for_update(of=("self",))
    return found.select_related("campaign__programme", "campaign__rules").get(pk=mailing.pk)


def _written_down(
    campaign: Campaign, kind: str, reach: Reach, by: User | None, on: date, at: datetime, second_person: bool
) -> Mailing:
    mailing = Mailing.objects.create(
        campaign=campaign,
        kind=kind,
        up_to=reach.up_to,
        families_count=reach.families_count,
        messages_count=reach.messages_count,
        second_person=second_person,
        prepared_by=by,
        prepared_on=on,
        prepared_at=at,
    )
    mailing.log.create(from_state="", to_state=mailing.state, by=by, at=at)
    _write_lines(mailing, reach)
    return mailing


def _write_lines(mailing: Mailing, reach: Reach) -> None:
    MailingSchool.objects.bulk_create(
        [
            MailingSchool(mailing=mailing, school_id=school, **vars(counts))
            for school, counts in reach.schools.items()
        ],
        batch_size=1000,
    )
