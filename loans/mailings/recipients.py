"""Whose conventions a mailing concerns: by what is due, then by what was chosen. Stop rules are here.

Whoever signed, refused or left is not waiting any more; a scan being checked, a death, or as many reminders as voted
stop the letters too. An address that takes no message is a matter of persons, not of conventions: see `reach`.
"""

from datetime import date, datetime, time, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from core.models import BlockedAddress
from loans.addresses import Signatory
from loans.enums import ConventionState, MailingKind, SignerKind
from loans.models import Convention, Mailing, PaperCopy, Signature, SigningLink
from loans.signers import awaited_of
from programmes.models import Campaign
from schools.models import Guardianship


def due(campaign: Campaign, kind: str, on: date) -> QuerySet[Convention]:
    """What the calendar sends by itself that day, but for what a standing mailing keeps (`free`)."""
    if kind == MailingKind.FIRST:
        return _never_written(campaign)
    if kind == MailingKind.NEW_ADDRESS:
        return _with_new_address(campaign)
    steps = Q(pk__in=[])
    for count, days in enumerate(campaign.rule_tree.signature.reminders_after_days):
        steps |= Q(reminders_count=count, sent_on__lte=on - timedelta(days=days))
    return _to_remind(campaign).filter(steps)


def recipients(mailing: Mailing) -> QuerySet[Convention]:
    """The conventions of this mailing still to be written to, whatever it has written already."""
    campaign, on = mailing.campaign, mailing.prepared_on
    asked = due if mailing.is_automatic else chosen
    found = asked(campaign, mailing.kind, on).filter(pk__lte=mailing.up_to)
    schools = [school.pk for school in mailing.schools.all()]
    if schools:
        found = found.filter(enrolment__school__in=schools)
    if mailing.references:
        found = found.filter(reference__in=mailing.references)
    return found if schools or mailing.references else free(found, mailing.kind, but=mailing)


def chosen(campaign: Campaign, kind: str, on: date) -> QuerySet[Convention]:
    """What a person may send that day: nobody hears twice in a day."""
    if kind == MailingKind.FIRST:
        return _never_written(campaign)
    if kind == MailingKind.NEW_ADDRESS:
        return _with_new_address(campaign)
    morning = timezone.make_aware(datetime.combine(on, time()))
    today = SigningLink.objects.filter(convention=OuterRef("pk"), issued_at__gte=morning)
    waiting = _to_remind(campaign).filter(~Exists(today), sent_on__lt=on)
    return waiting if kind == MailingKind.REMINDER else waiting | _never_written(campaign)


def persons_of(rows: list[Convention], kind: str) -> dict[int, list[Signatory]]:
    """Whose signature each convention awaits; for new addresses, only those not yet written to there."""
    people = awaited_of(rows)
    if kind != MailingKind.NEW_ADDRESS:
        return people
    written = set(
        SigningLink.objects.filter(convention__in=rows, revoked_at=None).values_list(
            "convention", "guardian", "sent_to"
        )
    )
    return {
        pk: [one for one in known if (pk, one.guardian_id, one.email) not in written]
        for pk, known in people.items()
    }


def free(conventions: QuerySet[Convention], kind: str, *, but: Mailing | None = None) -> QuerySet[Convention]:
    """Without those that a standing mailing keeps: of the same kind and undecided, or stopped whatever its kind."""
    standing = Mailing.objects.standing().prefetch_related("schools")
    for mailing in standing.exclude(pk=but.pk) if but else standing:
        if mailing.state != "stopped" and mailing.kind != kind:
            continue
        conventions = conventions.exclude(_scope(mailing))
    return conventions


def _scope(mailing: Mailing) -> Q:
    of_campaign = Q(campaign=mailing.campaign_id)
    if mailing.references:
        return of_campaign & Q(reference__in=mailing.references)
    if schools := [school.pk for school in mailing.schools.all()]:
        return of_campaign & Q(enrolment__school__in=schools)
    return of_campaign


def _never_written(campaign: Campaign) -> QuerySet[Convention]:
    return Convention.objects.filter(campaign=campaign, state=ConventionState.DRAFT, pupil__deceased_on=None)


def _to_remind(campaign: Campaign) -> QuerySet[Convention]:
    paper = PaperCopy.objects.pending().filter(convention=OuterRef("pk"))
    return Convention.objects.awaiting().filter(
        ~Exists(paper),
        campaign=campaign,
        pupil__deceased_on=None,
        reminders_count__lt=campaign.rule_tree.signature.reminders_at_most,
    )


def _with_new_address(campaign: Campaign) -> QuerySet[Convention]:
    """Waiting conventions of which an address, a guardian's or an adult pupil's, appeared or changed since the message.

    An address that comes back has no link that works: those it had were closed by the one in between.
    """
    waiting = Convention.objects.awaiting().filter(campaign=campaign, pupil__deceased_on=None)
    found = _guardians_moved(waiting).values("pk").union(_pupils_moved(waiting).values("pk"))
    return Convention.objects.filter(pk__in=found)


def _guardians_moved(waiting: QuerySet[Convention]) -> QuerySet[Convention]:
    written = SigningLink.objects.filter(
        convention=OuterRef(OuterRef("pk")),
        guardian=OuterRef("guardian"),
        sent_to=OuterRef("guardian__email"),
        revoked_at=None,
    )
    answered = Signature.objects.filter(convention=OuterRef(OuterRef("pk")), guardian=OuterRef("guardian"))
    unwritten = (
        Guardianship.objects.by_link()
        .filter(pupil=OuterRef("pupil"))
        .exclude(guardian__address_correction__base_email=F("guardian__email"))
        .alias(to=Lower("guardian__email"))
        .exclude(guardian__email="")
        .exclude(to__in=BlockedAddress.objects.in_force().values("address"))
        .exclude(Exists(written))
        .exclude(Exists(answered))
    )
    return waiting.filter(Exists(unwritten), signer_kind=SignerKind.GUARDIAN)


def _pupils_moved(waiting: QuerySet[Convention]) -> QuerySet[Convention]:
    written = SigningLink.objects.filter(
        convention=OuterRef("pk"), guardian=None, sent_to=OuterRef("pupil__email"), revoked_at=None
    )
    adults = waiting.filter(signer_kind=SignerKind.PUPIL).alias(to=Lower("pupil__email"))
    return (
        adults.exclude(pupil__email="")
        .exclude(pupil__address_correction__base_email=F("pupil__email"))
        .exclude(to__in=BlockedAddress.objects.in_force().values("address"))
        .filter(~Exists(written))
    )
