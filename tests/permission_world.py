"""One of everything, at Mme Roux's school, for the permission table."""

import io
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from PIL import Image

from core.files import store_bytes
from core.models import Message, MessageState, StoredFile
from distribution.enums import DeliveryState
from distribution.models import Delivery, DeliveryLine, Parcel
from loans.enums import MailingKind, MailingState, PageProblem, PageState, ScanState
from loans.models import Convention, Mailing, Opposition, PaperCopy, Scan, ScannedPage
from schools.enums import BatchSchoolState, BatchState, ImportState
from schools.feeds.deliveries import keep
from schools.feeds.enums import PullState, SourceKind, UseOutcome, Way
from schools.feeds.tokens import log_use, make_token
from schools.models import (
    EnrolmentImport,
    EnrolmentNight,
    FeedDelivery,
    FeedPull,
    FeedSource,
    FeedToken,
    ImportBatch,
    ImportRevert,
    MergeProposal,
    NightSchool,
)
from support.models import DeviceReturn, Ticket, TicketAttachment
from tests.cast import AT, ON, Cast, make_enrolment, make_guardian, make_pupil
from tests.loans.factories import ConventionFactory
from tests.support.world import asked_back, lent, ticket_for


@dataclass
class World:
    cast: Cast
    held: EnrolmentImport
    revert: ImportRevert
    merge: MergeProposal
    batch: ImportBatch
    delivery: Delivery
    line: DeliveryLine
    parcel: Parcel
    ticket: Ticket
    ticket_file: StoredFile
    device_return: DeviceReturn
    convention: Convention
    paper_copy: PaperCopy
    feed_token: FeedToken
    feed_source: FeedSource
    feed_delivery: FeedDelivery
    night: EnrolmentNight
    scanned_page: ScannedPage
    stuck_message: Message
    mailing: Mailing
    opposition: Opposition


def make_world(cast: Cast) -> World:
    """Alix's convention, loan, ticket and return; a delivery of her school."""
    delivery = make_open_delivery(cast)
    ticket, label, device_return = make_help(cast)
    convention, held = make_convention(cast), make_held_import(cast)
    return World(
        cast,
        held=held,
        revert=held.reverts.create(
            asked_by=cast.sam,
            asked_at=AT,
            reason="Une seule classe.",
            counts=dict.fromkeys(("arrivals", "departures", "changes", "links"), 1),
            kept=[{"name": "DELORME Alix", "sentence": "Un ordinateur a été remis depuis."}],
        ),
        night=make_night(cast, held),
        merge=make_merge_proposal(cast, held),
        batch=make_batch(cast),
        delivery=delivery,
        line=DeliveryLine.objects.create(delivery=delivery, pupil=cast.alix),
        parcel=Parcel.objects.create(
            delivery=delivery, school=cast.tilleuls, pupil=cast.alix, due_on=date(2026, 10, 5)
        ),
        ticket=ticket,
        ticket_file=label,
        device_return=device_return,
        convention=convention,
        paper_copy=make_paper_copy(convention, cast),
        scanned_page=make_scanned_page(cast),
        stuck_message=make_stuck_message(),
        mailing=make_mailing(cast),
        opposition=make_opposition(convention, cast),
        feed_token=make_feed_token(cast),
        feed_source=make_feed_source(cast),
        feed_delivery=make_unreadable_delivery(cast),
    )


def make_help(cast: Cast) -> tuple[Ticket, StoredFile, DeviceReturn]:
    """Alix's laptop broke, with a file in the conversation, and is asked back with a label."""
    loan = lent(cast.alix, cast.campaign)
    ticket = ticket_for(cast.alix, cast.campaign)
    label = store_bytes(b"%PDF-1.7", kind="label", name="etiquette.pdf", content_type="application/pdf")
    TicketAttachment.objects.create(message=ticket.messages.get(), file=label)
    device_return = asked_back(loan)
    device_return.label = label
    device_return.save(update_fields=["label"])
    return ticket, label, device_return


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


def make_open_delivery(cast: Cast) -> Delivery:
    return Delivery.objects.create(
        campaign=cast.campaign,
        school=cast.tilleuls,
        state=DeliveryState.OPEN,
        on=date(2026, 9, 28),
        gate_on=date(2026, 9, 21),
    )


def make_batch(cast: Cast) -> ImportBatch:
    """A table the school sent, read, with something to mend."""
    batch = ImportBatch.objects.create(
        campaign=cast.campaign,
        school=cast.tilleuls,
        state=BatchState.READY,
        sent_by=cast.roux,
        sent_at=AT,
        read_at=AT,
    )
    place = "ligne 3, « Date de naissance » : « avril » n’est pas une date."
    finding = {
        "code": "bad_cell",
        "level": "warning",
        "sentence": "Une case est illisible.",
        "remedy": "Corrigez.",
    }
    pupil = {"name": "DELORME Alix", "birth_on": "14/03/2011", "ine": "", "class_code": "2GT3", "mef": ""}
    batch.schools.create(
        rank=0,
        uai=cast.tilleuls.uai,
        name=cast.tilleuls.name,
        state=BatchSchoolState.READ,
        outcome=ImportState.APPLIED,
        counts={"listed": 2, "enrolled": 2, "arrivals": 1, "changes": 0, "departures": 0},
        preview={
            "rows": [pupil | {"guardians": [{"name": "DELORME Anne", "email": "anne@example.org"}]}],
            "people": {"arrival": {"count": 1, "first": [{"name": "DELORME Alix", "class_code": "2GT3"}]}},
            "findings": [finding | {"count": 1, "places": [place]}],
            "lines": [finding | {"line": 3, "place": place}],
        },
    )
    return batch


def make_held_import(cast: Cast) -> EnrolmentImport:
    return EnrolmentImport.objects.create(
        school=cast.tilleuls,
        campaign=cast.campaign,
        uai=cast.tilleuls.uai,
        source="siecle",
        state=ImportState.HELD,
        content_sha256="a" * 64,
        received_at=AT,
        for_date=ON,
        counts={"listed": 1, "enrolled": 1, "arrivals": 0, "changes": 0, "departures": 41},
    )


def make_night(cast: Cast, held: EnrolmentImport) -> EnrolmentNight:
    """The night that held the file of Alix's school."""
    night = EnrolmentNight.objects.create(campaign=cast.campaign, for_date=ON, started_at=AT, folder="depot")
    row = {"school": held.school, "uai": held.uai, "state": "running", "outcome": held.state}
    NightSchool.objects.create(night=night, enrolment_import=held, **row)
    return night


def make_merge_proposal(cast: Cast, held: EnrolmentImport) -> MergeProposal:
    """Alix came again under another number."""
    twin = make_pupil(cast.alix.family_name, cast.alix.given_name, "123456789AE", cast.alix.birth_on)
    return MergeProposal.objects.create(
        pupil=cast.alix, newcomer=twin, enrolment_import=held, asked_by=cast.sam, created_at=AT
    )


def make_feed_token(cast: Cast) -> FeedToken:
    """A machine of Mme Roux's school, seen once."""
    token, _text = make_token(
        name="Serveur du lycée",
        covers_region=False,
        uais=[cast.tilleuls.uai],
        expires_on=date(2027, 7, 6),
        by=cast.sam,
        at=AT,
    )
    log_use(token=token, outcome=UseOutcome.ACCEPTED, at=AT, address="192.0.2.7", uais=[cast.tilleuls.uai])
    return token


def make_feed_source(cast: Cast) -> FeedSource:
    """SYGNE, which refused our key for Mme Roux's school today."""
    source = FeedSource.objects.create(
        programme=cast.campaign.programme,
        kind=SourceKind.SYGNE,
        base_url="https://sygne.example.org/api",
        key_id="cartable",
        changed_by=cast.sam,
        changed_at=AT,
    )
    FeedPull.objects.create(
        source=source,
        school=cast.tilleuls,
        for_date=timezone.localdate(),
        state=PullState.FAILED,
        outcome="credentials",
    )
    return source


def make_unreadable_delivery(cast: Cast) -> FeedDelivery:
    """A file of the drop folder that nobody could read."""
    problem = {"code": "bad_xml", "sentence": "Ce fichier est coupé.", "remedy": "Exportez-le.", "place": ""}
    delivery, _is_new = keep(
        files=[("eleves.xml", b"<BEE_ELEVES>")],
        campaign=cast.campaign,
        way=Way.DROP,
        sender="dossier de dépôt",
        uais=[cast.tilleuls.uai],
        at=AT,
        problems=[problem],
    )
    return delivery


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
