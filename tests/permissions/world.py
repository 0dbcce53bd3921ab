"""One of everything, at Mme Roux's school, for the permission table."""

from dataclasses import dataclass
from datetime import date

from core.files import store_bytes
from core.models import Message, StoredFile
from distribution.enums import DeliveryState
from distribution.models import Delivery, DeliveryLine, Parcel
from loans.models import Convention, Mailing, Opposition, PaperCopy, ScannedPage
from schools.models import (
    EnrolmentImport,
    EnrolmentNight,
    FeedDelivery,
    FeedSource,
    FeedToken,
    ImportBatch,
    ImportRevert,
    MergeProposal,
)
from support.models import DeviceReturn, Ticket, TicketAttachment
from tests.cast import AT, Cast
from tests.permissions.convention_things import (
    make_convention,
    make_mailing,
    make_opposition,
    make_paper_copy,
    make_scanned_page,
    make_stuck_message,
)
from tests.permissions.enrolment_things import (
    make_batch,
    make_feed_source,
    make_feed_token,
    make_held_import,
    make_merge_proposal,
    make_night,
    make_unreadable_delivery,
)
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


def make_open_delivery(cast: Cast) -> Delivery:
    return Delivery.objects.create(
        campaign=cast.campaign,
        school=cast.tilleuls,
        state=DeliveryState.OPEN,
        on=date(2026, 9, 28),
        gate_on=date(2026, 9, 21),
    )
