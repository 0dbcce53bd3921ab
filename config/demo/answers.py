"""What comes back: an objection, a signature left to the other parent, addresses that fail, a call, a lost message."""

import io
from datetime import date

from django.db.models import Exists, OuterRef
from PIL import Image, ImageDraw

from accounts.models import User
from config.demo.calendar import at
from config.demo.families import link_of
from config.demo.region import DemoRegion
from core.models import Message
from core.provider_reports import Told, note_report
from loans.authority import sign_for_authority, store_signature_image
from loans.calls import record_call
from loans.delegating import leave_to_other, may_leave_to_other
from loans.enums import CallOutcome, ConventionState, PaperState
from loans.mailings.preparing import prepare_mailing
from loans.models import Convention, PaperCopy
from schools.enums import GuardianLevel
from support.oppositions import oppose


OBJECTION = (
    "Nous sommes séparés : je ne veux pas que notre enfant ait un ordinateur sans filtre chez son père."
)
HAND = ((12, 92), (60, 30), (78, 104), (120, 36), (150, 96), (206, 60), (250, 88), (330, 52), (430, 66))
"""The strokes of the Region's signature, in pixels."""


def sign_for_the_region(region: DemoRegion, officer: User) -> None:
    """Before the first letter: who signs, and by which vote."""
    on = region.calendar.day(-45)
    sign_for_authority(
        campaign=region.campaign,
        name="Solange Hautecœur",
        title="La Présidente du Conseil régional",
        power=f"Délibération n° {on.year}-118 du {on:%d/%m/%Y}",
        signed_on=on,
        image=store_signature_image(_hand(), name="signature.png"),
        by=officer,
        at=at(on, 15),
        on=on,
    )


def _hand() -> bytes:
    paper = Image.new("L", (460, 140), "white")
    ImageDraw.Draw(paper).line(HAND, fill=40, width=5, joint="curve")
    out = io.BytesIO()
    paper.save(out, "PNG")
    return out.getvalue()


def answer_by_link(day: date, region: DemoRegion) -> None:
    """One parent objects; in another family, one leaves the signature to the other (trust 14)."""
    for convention in _waiting(region, 7)[:1]:
        link = link_of(convention)
        if link and link.guardian:
            oppose(
                convention=convention,
                guardian=link.guardian,
                reason=OBJECTION,
                by=None,
                at=at(day, 19),
                link=link,
            )
    for convention in _waiting(region, 6):
        link = link_of(convention)
        if link and may_leave_to_other(link):
            leave_to_other(link=link, at=at(day, 20))
            return


def come_back(day: date, region: DemoRegion, head: User) -> None:
    """Of a school about to be counted: one family's addresses fail, another does not answer the telephone."""
    for convention in _waiting(region, 0)[:1]:
        for message in _last_messages(convention):
            note_report(_told("bounced", message, "550 5.1.1 user unknown"), at=at(day, 7, 20))
    rejected = PaperCopy.objects.filter(state=PaperState.REJECTED, uploaded_by=head)
    for copy in rejected.select_related("convention__pupil")[:1]:
        family = copy.convention.pupil.guardianships.legal().select_related("guardian")
        record_call(
            convention=copy.convention,
            guardian=family[0].guardian,
            outcome=CallOutcome.NO_ANSWER,
            by=head,
            at=at(day, 9, 15),
        )


def lose_a_message(day: date, region: DemoRegion) -> None:
    """The provider could not send one: it waits on « Messages non partis » for somebody of the Region."""
    for convention in _waiting(region, 8)[:1]:
        for message in _last_messages(convention)[:1]:
            note_report(_told("failed", message, "API 402: quota exceeded"), at=at(day, 7, 25))


def prepare_a_reminder(day: date, region: DemoRegion, officer: User) -> None:
    """Counted by one officer this morning, and left to whoever opens the page."""
    prepare_mailing(
        campaign=region.campaign,
        kind="reminder",
        schools=[region.school(4), region.school(8)],
        by=officer,
        on=day,
        at=at(day, 9, 40),
    )


def _waiting(region: DemoRegion, rank: int) -> list[Convention]:
    """Families of a school written to, with a guardian, and no scan on its way."""
    scans = PaperCopy.objects.filter(convention=OuterRef("pk"))
    waiting = Convention.objects.filter(
        ~Exists(scans),
        campaign=region.campaign,
        state=ConventionState.SENT,
        enrolment__school=region.school(rank),
        pupil__guardianships__level=GuardianLevel.LEGAL,
    )
    return list(waiting.distinct().order_by("pk"))


def _last_messages(convention: Convention) -> list[Message]:
    """The last one to each address of a family."""
    last = {
        message.to_address: message for message in Message.objects.about(convention.stream).order_by("pk")
    }
    return list(last.values())


def _told(kind: str, message: Message, detail: str) -> Told:
    return Told(
        provider="brevo",
        kind=kind,
        message_id="",
        recipient=message.to_address,
        reason="bounced" if kind == "bounced" else "",
        detail=detail,
        event_id=f"demo {kind} {message.pk}",
        our_id=str(message.public_id),
    )
