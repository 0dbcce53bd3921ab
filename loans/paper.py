"""The paper path (N5): conventions to print, scans uploaded by the school, checked before they count."""

import hashlib
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from core.evidence import actor_of, record_event
from core.files import store_document
from core.outbox import enqueue
from core.refusals import Refused
from loans.addresses import Signatory, signatories
from loans.dossiers import is_reachable
from loans.enums import ConventionState, PageProblem, PaperState
from loans.links import problem_sentence
from loans.models import Convention, ConventionText, PaperCopy
from loans.notifications import PaperRejected
from loans.scans.reading import read_pages
from loans.signers import awaited_of
from loans.signing import sign_on_paper
from loans.texts import same_terms
from programmes.models import Campaign
from schools.models import Guardian


CONSENT = (
    "Exemplaire papier signé de la main du signataire, puis contrôlé."  # kept with the signature, in French
)
PAGES_LOOKED_AT = 8  # while somebody waits; a convention has five at most
PRINTABLE = [ConventionState.DRAFT, ConventionState.SENT]


def paper_due(*, campaign: Campaign, on: date) -> QuerySet[Convention]:
    """Unsigned conventions whose paper may be printed that day, with `is_reachable`.

    For all once some days have passed since the mailing to all (15 in Normandie); at once, by the rules, for families
    without any e-mail address.
    """
    unsigned = Convention.objects.filter(campaign=campaign, state__in=PRINTABLE).annotate(
        is_reachable=is_reachable()
    )
    if on >= paper_opens_on(campaign):
        return unsigned
    if campaign.rule_tree.signature.paper_at_once_without_email:
        return unsigned.filter(is_reachable=False)
    return unsigned.none()


def paper_opens_on(campaign: Campaign) -> date:
    """The day from which every unsigned convention may be signed on paper."""
    return campaign.mailing_on + timedelta(days=campaign.rule_tree.signature.paper_after_days)


@transaction.atomic
def upload_paper(
    *,
    convention: Convention,
    content: bytes,
    name: str,
    by: User,
    at: datetime,
    on: date,
    guardian: Guardian | None = None,
    text: ConventionText | None = None,
) -> PaperCopy:
    """Keep a scan, as received, for somebody to check; the same scan sent twice is one copy.

    `guardian` is who signed, as the school reads it; `text` the version printed on it, read from its codes by default.
    Raises Refused: `file_…` (see `core.files.store_document`), `already_signed`, `convention_closed`, `old_text`,
    `paper_too_early`, `paper_pending`, `not_a_signatory`.
    """
    text = text or text_printed_on(content, convention)
    convention = (
        Convention.objects.select_for_update(of=("self",))
        .select_related("campaign__rules", "pupil", "text")
        .get(pk=convention.pk)
    )
    pending = convention.paper_copies.pending().select_related("file").first()
    if pending and pending.file.sha256 == hashlib.sha256(content).hexdigest():
        return pending
    _refuse_upload(convention, pending, on)
    _refuse_old_text(convention, text)
    person = _signatory(convention, guardian)
    stored = store_document(content, kind="paper", name=name)
    copy = PaperCopy.objects.create(
        convention=convention,
        file=stored,
        guardian=person.guardian,
        text=text,
        uploaded_by=by,
        uploaded_at=at,
    )
    copy.log.create(from_state="", to_state=copy.state, by=by, at=at)
    record_event(
        stream=convention.stream, action="paper_uploaded", actor=actor_of(by), at=at, sha256=stored.sha256
    )
    return copy


def _refuse_upload(convention: Convention, pending: PaperCopy | None, on: date) -> None:
    if convention.state == ConventionState.SIGNED:
        raise Refused("already_signed", _("This convention is already signed: no scan is needed."))
    if convention.state not in PRINTABLE and convention.state != ConventionState.REFUSED:
        raise Refused("convention_closed", problem_sentence("closed"))
    if pending:
        raise Refused("paper_pending", _("A scan of this convention is already being checked."))
    campaign = convention.campaign
    if convention.state in PRINTABLE and not paper_due(campaign=campaign, on=on).filter(pk=convention.pk):
        raise Refused(
            "paper_too_early",
            _("Paper conventions open on %(day)s for families who have an e-mail address.")
            % {"day": date_format(paper_opens_on(campaign), "j F Y")},
        )


def text_printed_on(content: bytes, convention: Convention) -> ConventionText | None:
    """The version of this convention's text that the sheets name by their codes; None when no code is read."""
    try:
        first_pages = list(islice(read_pages(content), PAGES_LOOKED_AT))
    except Refused:
        return None
    numbers = [
        page.mark.text_number
        for page in first_pages
        if page.mark and page.mark.reference == convention.reference
    ]
    return ConventionText.objects.filter(campaign=convention.campaign_id, number__in=numbers[-1:]).first()


def _refuse_old_text(convention: Convention, text: ConventionText | None) -> None:
    if text and not same_terms(text.sections, convention.text.sections):
        raise Refused("old_text", str(PageProblem.OLD_TEXT.label))


def _signatory(convention: Convention, guardian: Guardian | None) -> Signatory:
    people = signatories(convention)
    if not people:
        raise Refused("not_a_signatory", _("The school’s base names no legal guardian for this pupil."))
    if guardian is None:
        return people[0]
    person = next((person for person in people if person.guardian == guardian), None)
    if person is None:
        raise Refused("not_a_signatory", _("This person may not sign this convention."))
    return person


@transaction.atomic
def review_paper(
    *,
    copy: PaperCopy,
    accept: bool,
    reason: str,
    by: User,
    at: datetime,
    guardian: Guardian | None = None,
    by_everyone: bool = False,
) -> PaperCopy:
    """Accept a scan, which signs the convention from today, or reject it with a reason told to the school.

    `guardian` is who signed, when the checker reads another name than the one noted (a copier notes none);
    `by_everyone`: all the legal guardians did, on the same sheet, where the rules ask for all.

    Raises Refused: `not_the_checker` when the rules give the check to another trade, `reason_missing`,
    `not_a_signatory`, `transition_refused`, and what `sign_on_paper` refuses.
    """
    copy = (
        PaperCopy.objects.select_for_update(of=("self",))
        .select_related("convention__campaign__rules", "uploaded_by", "guardian", "file", "text")
        .get(pk=copy.pk)
    )
    if not by.has_role(copy.convention.campaign.rule_tree.signature.paper_validated_by):
        raise Refused("not_the_checker", _("The rules of this programme give this check to another service."))
    target = PaperState.VALIDATED if accept else PaperState.REJECTED
    if copy.state == target:
        return copy
    if accept:
        if guardian is not None and guardian != copy.guardian:
            copy.guardian = _signatory(copy.convention, guardian).guardian
            copy.save(update_fields=["guardian"])
        copy.move_to(target, by=by, at=at, reviewed_at=at)
        for signer in _all_awaited(copy) if by_everyone else [copy.guardian]:
            sign_on_paper(
                convention=copy.convention,
                guardian=signer,
                consent=CONSENT,
                by=by,
                at=at,
                text=copy.text,
            )
    else:
        _reject(copy, reason.strip(), by, at)
    return copy


def _all_awaited(copy: PaperCopy) -> list[Guardian | None]:
    awaited = awaited_of([copy.convention])[copy.convention_id]
    return [person.guardian for person in awaited if not person.needs_decision]


def _reject(copy: PaperCopy, reason: str, by: User, at: datetime) -> None:
    if not reason:
        raise Refused("reason_missing", _("Say why the copy is rejected: the school must know what to mend."))
    copy.move_to(PaperState.REJECTED, by=by, at=at, comment=reason, reviewed_at=at, rejection_reason=reason)
    convention = copy.convention
    record_event(
        stream=convention.stream, action="paper_rejected", actor=actor_of(by), at=at, sha256=copy.file.sha256
    )
    enqueue(
        PaperRejected().draft(
            key=f"paper {copy.public_id} rejected",
            about=convention.stream,
            to=copy.uploaded_by.email,
            due_at=at,
            convention=convention,
            reason=reason,
            path=reverse("loans:paper"),
        )
    )
