"""One of each thing that a convention goes through, for the permission table."""

import io

from PIL import Image

from core.files import store_bytes
from core.models import Message, MessageState
from loans.enums import MailingKind, MailingState, PageProblem, PageState, ScanState
from loans.models import Convention, Mailing, Opposition, PaperCopy, Scan, ScannedPage
from tests.cast import AT, ON, Cast, make_enrolment, make_guardian, make_pupil
from tests.loans.factories import ConventionFactory


def make_convention(cast: Cast) -> Convention:
    """A classmate of Alix has not signed yet."""
    pupil = make_pupil("MARTEL", "Inès", "123456789AD")
    enrolment = make_enrolment(pupil, cast.tilleuls, cast.campaign)
    make_guardian(pupil, "Odile", "odile.martel@example.org")
    return ConventionFactory(campaign=cast.campaign, enrolment=enrolment)


def make_mailing(cast: Cast) -> Mailing:
    """A reminder of one school, stopped halfway: it keeps its families, and nobody else’s."""
    mailing = Mailing.objects.create(
        campaign=cast.campaign,
        kind=MailingKind.REMINDER,
        state=MailingState.STOPPED,
        up_to=2**40,
        families_count=41,
        messages_count=52,
        second_person=False,
        prepared_by=cast.sam,
        prepared_on=ON,
        prepared_at=AT,
    )
    mailing.schools.add(cast.rivage)
    mailing.log.create(from_state="", to_state=MailingState.PREPARED, by=cast.sam, at=AT)
    mailing.log.create(
        from_state=MailingState.RUNNING, to_state=MailingState.STOPPED, by=cast.sam, at=AT, comment="Erreur."
    )
    mailing.lines.create(
        school=cast.rivage, families_count=41, messages_count=52, no_address_count=3, bounced_count=2
    )
    return mailing


def make_opposition(convention: Convention, cast: Cast) -> Opposition:
    """What a parent objected, lifted since."""
    guardian = convention.pupil.guardianships.get().guardian
    lifted = {"lifted_by": cast.sam, "lifted_at": AT, "lift_reason": "Les parents sont d’accord."}
    return Opposition.objects.create(
        pupil=convention.pupil,
        campaign=convention.campaign,
        convention=convention,
        guardian=guardian,
        reason="Je n’ai pas été consulté.",
        recorded_at=AT,
        **lifted,
    )


def make_paper_copy(convention: Convention, cast: Cast) -> PaperCopy:
    scan = store_bytes(b"%PDF-1.7", kind="paper", name="scan.pdf", content_type="application/pdf")
    return PaperCopy.objects.create(convention=convention, file=scan, uploaded_by=cast.roux, uploaded_at=AT)


def make_scanned_page(cast: Cast) -> ScannedPage:
    """A leaflet that went through the copier with the conventions."""
    leaflet = io.BytesIO()
    Image.new("L", (240, 340), 200).save(leaflet, format="PDF")
    file = store_bytes(leaflet.getvalue(), kind="scan", name="copieur.pdf", content_type="application/pdf")
    scan = Scan.objects.create(
        school=cast.tilleuls,
        file=file,
        state=ScanState.READ,
        pages_count=1,
        uploaded_by=cast.roux,
        uploaded_at=AT,
    )
    return scan.pages.create(number=1, state=PageState.FLAGGED, problem=PageProblem.NO_CODE)


def make_stuck_message() -> Message:
    """A message given up: its subject names no pupil."""
    return Message.objects.create(
        kind="convention_to_sign",
        business_key="stuck",
        about="thing:1",
        to_address="famille@example.org",
        subject="Une convention à signer",
        body="Bonjour",
        message_id="<stuck@example.org>",
        state=MessageState.DEAD,
        due_at=AT,
        given_up_at=AT,
        last_error="450 4.2.0 greylisted",
    )
