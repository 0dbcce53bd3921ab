"""A pupil's dossier: the enrolment joined to the open convention and the laptop, for lists and for figures."""

from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields import BooleanField, CharField
from django.db.models.functions import Cast, Coalesce, Concat, Lower
from django.db.models.lookups import In, IsNull

from core.models import BlockedAddress, Message, MessageState
from loans.enums import OPEN_CONVENTION, OPEN_LOAN, ConventionState, LoanKind, SignerKind
from loans.models import AddressCorrection, PaperCopy, Signature
from programmes.enums import Denominator
from programmes.models import Campaign
from schools.models import Enrolment, Guardianship, School


SIGNED = Q(convention__state=ConventionState.SIGNED)
REFUSED = Q(convention__state=ConventionState.REFUSED)


def with_dossier(
    enrolments: QuerySet[Enrolment], campaign: Campaign, *, few: bool = False
) -> QuerySet[Enrolment]:
    """Join each enrolment to its pupil's open `convention` and open main `loan`; annotate `is_reachable`.

    `few` says that they are those of one school or of one pupil.
    """
    return enrolments.annotate(
        convention=FilteredRelation(
            "pupil__conventions",
            condition=Q(pupil__conventions__campaign=campaign)
            & Q(pupil__conventions__state__in=OPEN_CONVENTION),
        ),
        loan=FilteredRelation(
            "pupil__loans",
            condition=Q(pupil__loans__kind=LoanKind.MAIN) & Q(pupil__loans__state__in=OPEN_LOAN),
        ),
        is_reachable=is_reachable("convention__signer_kind", few=few),
    )


def eligible_dossiers(campaign: Campaign, school: School | None = None) -> QuerySet[Enrolment]:
    """The pupils that figures are about: enrolled today and eligible, with their dossier."""
    enrolments = Enrolment.objects.eligible().filter(campaign=campaign).order_by()
    if school:
        enrolments = enrolments.filter(school=school)
    return with_dossier(enrolments, campaign, few=bool(school))


def is_expected(campaign: Campaign) -> Q:
    """Who counts below the line, by the rules of the gate."""
    gate = campaign.rule_tree.gate
    counted = Q(convention__pk__isnull=False) | Q(
        loan__pk=None
    )  # a laptop kept from last year asks for nothing
    if gate.denominator == Denominator.ELIGIBLE_WITH_CONTACT:
        counted &= Q(is_reachable=True) | SIGNED
    if gate.refusals_leave_denominator:
        counted &= Q(convention__state=None) | ~REFUSED
    return counted


def pupils_table(school: School, campaign: Campaign) -> QuerySet[Enrolment]:
    """The pupils of a school with all their page shows, in one query.

    Annotations: `convention_state`, `convention_public_id`, `convention_reference`, `convention_sent_on`,
    `convention_signed_on`, `signature_method`, `signer_kind`, `signer_name`, `signatures_count`, `reminders_count`,
    `refusal_reason`, `paper_state` (of the last scan), `is_reachable`, `has_bounced`, `loan_state`, `loan_public_id`,
    `loan_started_on`, `device_tag`, `device_serial`. `loans.rules.next_step(row)` says who must act.
    """
    signer = Signature.objects.filter(convention=OuterRef("convention__pk")).values("signer_name")[:1]
    acts = Signature.objects.filter(convention=OuterRef("convention__pk")).order_by().values("convention")
    paper = PaperCopy.objects.filter(convention=OuterRef("convention__pk")).order_by("-uploaded_at")
    return (
        with_dossier(Enrolment.objects.active().filter(school=school, campaign=campaign), campaign, few=True)
        .select_related("pupil")
        .annotate(
            convention_state=F("convention__state"),
            convention_public_id=F("convention__public_id"),
            convention_reference=F("convention__reference"),
            convention_sent_on=F("convention__sent_on"),
            convention_signed_on=F("convention__signed_on"),
            signature_method=F("convention__signature_method"),
            signer_kind=F("convention__signer_kind"),
            signer_name=Subquery(signer),
            signatures_count=Coalesce(Subquery(acts.annotate(n=Count("pk")).values("n")), Value(0)),
            reminders_count=Coalesce(F("convention__reminders_count"), Value(0)),
            refusal_reason=F("convention__refusal_reason"),
            paper_state=Subquery(paper.values("state")[:1]),
            has_bounced=_last_message_bounced(),
            loan_state=F("loan__state"),
            loan_public_id=F("loan__public_id"),
            loan_started_on=F("loan__started_on"),
            device_tag=F("loan__device__asset_tag"),
            device_serial=F("loan__device__serial"),
        )
    )


def is_reachable(signer_kind: str = "signer_kind", *, few: bool = False) -> Case:
    """Somebody who may sign has an e-mail address that takes messages, in the base or corrected by the school (A8).

    For rows with a `pupil`; `signer_kind` names the field that says who signs. For `few` rows guardians are looked for
    pupil by pupil: to know whether some exist, PostgreSQL would read those of the whole region for one school.
    """
    blocked = BlockedAddress.objects.in_force().values("address")
    mended = Q(guardian__address_correction__base_email=F("guardian__email"))
    written_at = Case(
        When(mended, then=F("guardian__address_correction__email")), default=F("guardian__email")
    )
    legal = Guardianship.objects.by_link().filter(pupil=OuterRef("pupil")).alias(written_at=Lower(written_at))
    legal = legal.exclude(written_at="").exclude(written_at__in=blocked)
    corrections = AddressCorrection.objects.filter(
        pupil=OuterRef("pupil"), base_email=OuterRef("pupil__email")
    ).alias(written_at=Lower("email"))
    by_base = ~Q(pupil__email="") & ~Q(In(Lower("pupil__email"), blocked)) & ~Q(Exists(corrections))
    by_correction = Exists(corrections.exclude(written_at__in=blocked))
    return Case(
        When(
            Q(**{signer_kind: SignerKind.PUPIL}),
            then=ExpressionWrapper(by_base | Q(by_correction), BooleanField()),
        ),
        default=_one_by_one(legal) if few else Exists(legal),
        output_field=BooleanField(),
    )


def _one_by_one(rows: QuerySet[Any]) -> IsNull:
    """Whether there is one: a value, which unlike `EXISTS` is never hashed for all rows at once."""
    return IsNull(Subquery(rows.order_by().values("pk")[:1]), False)


def _last_message_bounced() -> Q:
    """Every message that left came back, none arrived."""
    stream = Concat(Value("convention:"), Cast(OuterRef("convention__public_id"), CharField()))
    about = Message.objects.filter(about=stream)
    return Exists(about.problematic()) & ~Exists(about.filter(state=MessageState.SENT))
