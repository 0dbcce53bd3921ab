"""What the records tell of how the signer was reached and checked: link, messages, guards, paper, events."""

from collections.abc import Iterable

from core.models import EvidenceEvent, Message, TextMessage
from loans.addresses import key_of
from loans.enums import CodeChannel, SignatureMethod
from loans.models import (
    Convention,
    PaperCopy,
    Signature,
    SigningCode,
    SigningLink,
)
from loans.proof.elements import (
    Check,
    CodeCheck,
    Event,
    LinkUsed,
    MessageSent,
    Paper,
)


def own_events(
    events: list[EvidenceEvent], signature: Signature, link: SigningLink | None
) -> list[EvidenceEvent]:
    """What this signer did by the link that signed; before an agent or on paper, by any of theirs, and the staff."""
    if link:
        return [event for event in events if event.actor == f"link:{link.pk}"]
    links = SigningLink.objects.filter(convention=signature.convention_id, guardian=signature.guardian_id)
    mine = {f"link:{pk}" for pk in links.values_list("pk", flat=True)}
    return [event for event in events if event.actor in mine or not event.actor.startswith("link:")]


def link_that_signed(signature: Signature, events: list[EvidenceEvent]) -> SigningLink | None:
    """The link that signed, as the chain tells: its actor is `link:<id>`."""
    key = key_of(signature.guardian_id)
    actors = [
        event.actor for event in events if event.action == "signed" and event.payload.get("signer") == key
    ]
    if signature.method != SignatureMethod.ELECTRONIC or not actors:
        return None
    return SigningLink.objects.filter(pk=int(actors[-1].removeprefix("link:"))).first()


def link_used(link: SigningLink | None) -> LinkUsed | None:
    """To which address it went, and when it was first opened."""
    if link is None:
        return None
    return LinkUsed(
        id=link.pk,
        sent_to=link.sent_to,
        issued_at=link.issued_at,
        expires_at=link.expires_at,
        first_opened_at=link.seen_at,
    )


def messages_to_signer(
    signature: Signature, convention: Convention, link: SigningLink | None
) -> list[MessageSent]:
    """E-mails to the address of the link that signed, then text messages to the signer's own telephone."""
    return [_message(row) for row in _messages(convention, link)] + _texts(signature, convention)


def _messages(convention: Convention, link: SigningLink | None) -> Iterable[Message]:
    """Those sent to the signer's address: the other guardian's are none of their business (invariant 10)."""
    if link is None or not link.sent_to:
        return []
    return Message.objects.about(convention.stream).filter(to_address=link.sent_to).order_by("pk")


def _message(row: Message) -> MessageSent:
    return MessageSent(
        message_id=row.message_id,
        kind=row.kind,
        to=row.to_address,
        state=row.state,
        sent_at=row.sent_at,
        answer=row.answer,
        error=row.last_error,
    )


def _texts(signature: Signature, convention: Convention) -> list[MessageSent]:
    """Text messages to the signer's own telephone."""
    codes = SigningCode.objects.filter(convention=convention, guardian=signature.guardian_id)
    numbers = codes.filter(channel=CodeChannel.SMS).values("sent_to")
    return [
        MessageSent(
            message_id=text.provider_id or str(text.public_id),
            kind="signing_code_sms",
            to=text.to_number,
            state=text.state,
            sent_at=text.sent_at,
            answer="",
            error=text.last_error,
        )
        for text in TextMessage.objects.filter(about=convention.stream, to_number__in=numbers).order_by("pk")
    ]


def check_of(events: list[EvidenceEvent], name: str) -> Check:
    """A guard of the link (`birth_date`, `code`): whether it was asked, and what was answered."""
    right = [event.at for event in events if event.action == f"{name}_right"]
    wrong = sum(event.action == f"{name}_wrong" for event in events)
    return Check(asked=bool(right or wrong), right_at=right[-1] if right else None, wrong_count=wrong)


def code_check(events: list[EvidenceEvent]) -> CodeCheck:
    """The single-use code: when it left, by which way, and whether it came back right."""
    sent = [event.at for event in events if event.action == "code_sent"]
    check = check_of(events, "code")
    right = [event.payload for event in events if event.action == "code_right"]
    return CodeCheck(
        asked=check.asked or bool(sent),
        right_at=check.right_at,
        wrong_count=check.wrong_count,
        sent_at=sent[-1] if sent else None,
        channel=str(right[-1].get("channel", "")) if right else "",
    )


def paper_read(signature: Signature, convention: Convention) -> Paper | None:
    """The scan that was accepted, for a signature on paper."""
    if signature.method != SignatureMethod.PAPER:
        return None
    copies = PaperCopy.objects.filter(convention=convention, reviewed_at__lte=signature.signed_at)
    copy = copies.select_related("file").order_by("-pk").first()
    if copy is None:
        return None
    return Paper(scan_sha256=copy.file.sha256, uploaded_at=copy.uploaded_at, reviewed_at=copy.reviewed_at)


def event_told(event: EvidenceEvent, *, is_own: bool) -> Event:
    """Where the other guardian's browser was stays out of this one's file (invariant 10)."""
    trace = getattr(event, "trace", None) if is_own else None
    return Event(
        rank=event.rank,
        at=event.at,
        action=event.action,
        actor=event.actor,
        payload=event.payload,
        ip_address=trace.ip_address if trace else None,
        user_agent=trace.user_agent if trace else "",
        previous_hash=event.previous_hash,
        hash=event.hash,
    )
