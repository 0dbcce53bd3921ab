"""One message handed to a mail server or a provider's API, under the name it keeps for ever."""

import smtplib
from contextlib import suppress
from datetime import datetime

import requests
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from core.letters import envelope_sender, letter
from core.models import Message
from core.smtp import EmailBackend


def carry(message: Message, server: BaseEmailBackend, *, at: datetime) -> bool:
    """Send, and note on the message what the server said and the name it gave; False when there is no address."""
    if isinstance(server, EmailBackend) and (ready := _ready(message, at)):
        message.answer = server.hand_over(*ready)
        return True
    email = _email(message, server)
    if not email.send():
        return False
    status = getattr(email, "anymail_status", None)
    answer = getattr(getattr(server, "connection", None), "last_answer", "")
    if status is not None and status.message_id:
        message.provider_id, answer = str(status.message_id)[:200], f"{status!r}"
    message.answer = answer[:300]
    return True


def hang_up(server: BaseEmailBackend) -> None:
    with suppress(OSError, smtplib.SMTPException, requests.RequestException):
        server.close()


def _email(message: Message, server: BaseEmailBackend) -> EmailMessage:
    """`metadata` comes back with a provider's news of the message (bounced, complained); SMTP ignores it."""
    email = EmailMessage(
        subject=message.subject,
        body=message.clear_body,
        to=[message.to_address],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
        connection=server,
    )
    email.metadata = {"message": str(message.public_id)}  # type: ignore[attr-defined]
    email.tags = [message.kind]  # type: ignore[attr-defined]
    if message.attachment:
        email.attach(
            message.attachment.name, message.attachment.read_bytes(), message.attachment.content_type
        )
    return email


def _ready(message: Message, at: datetime) -> tuple[str, str, bytes] | None:
    """Who sends, who reads, and the bytes; None when the letter is not plain."""
    if message.attachment:
        return None
    sender = settings.DEFAULT_FROM_EMAIL
    content = letter(
        sender=sender,
        to=message.to_address,
        subject=message.subject,
        body=message.clear_body,
        message_id=message.message_id,
        at=at,
    )
    return (envelope_sender(sender), message.to_address, content) if content else None
