"""The messages that carry a single-use code: the figures, until when, and nothing to click."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from core.notifications import EmailNotification, plain_text
from core.outbox import Draft, enqueue
from core.texting import PATIENCE, enqueue_text
from core.tokens import hidden
from loans.enums import CodeChannel
from loans.models import SigningCode


class SigningCodeMessage(EmailNotification):
    """Your code to sign: six figures, ten minutes."""

    kind = "signing_code"
    template = "loans/emails/signing_code"


def write_code(code: SigningCode, digits: str, *, instead: str, at: datetime) -> None:
    """By e-mail; or by text message, and behind it the e-mail that replaces it (`instead`, "" when there is none)."""
    key, context = f"code {code.pk}", _context(code, digits)
    if code.channel == CodeChannel.EMAIL:
        enqueue(_email(code, key, code.sent_to, at, context))
        return
    enqueue_text(
        key=key,
        about=code.convention.stream,
        to=code.sent_to,
        body=plain_text("loans/emails/signing_code_sms.txt", context).strip(),
        expires_at=code.expires_at,
        instead=_email(code, f"{key} instead", instead, at + PATIENCE, context) if instead else None,
    )


def _context(code: SigningCode, digits: str) -> dict[str, Any]:
    return {
        "code": hidden(digits),
        "until": timezone.localtime(code.expires_at),
        "programme": code.convention.campaign.programme,
    }


def _email(code: SigningCode, key: str, to: str, at: datetime, context: dict[str, Any]) -> Draft:
    draft = SigningCodeMessage().draft(key=key, about=code.convention.stream, to=to, due_at=at, **context)
    return replace(draft, is_urgent=True)  # somebody waits before a screen
