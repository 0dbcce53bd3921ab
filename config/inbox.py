"""The inbox of the demo, `/boite/`: what the mail sink kept. It exists only while DEBUG is on."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe


ENVELOPE = re.compile(rb"^X-Envelope-To: ([^\r\n]*)", re.IGNORECASE)
PAGE = 50


@dataclass(frozen=True)
class Mail:
    """One kept message; `name` is its file's name, which begins with the nanosecond it was accepted."""

    file: Path

    @property
    def name(self) -> str:
        return self.file.stem

    @property
    def recipients(self) -> str:
        with self.file.open("rb") as lines:
            found = ENVELOPE.match(lines.readline())
        return found[1].decode(errors="replace") if found else ""

    @property
    def accepted_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.name.split("-")[0]) / 1e9, tz=UTC)

    @property
    def subject(self) -> str:
        with self.file.open("rb") as lines:
            return str(BytesHeaderParser(policy=policy.default).parse(lines)["Subject"] or "")

    @property
    def message(self) -> EmailMessage:
        with self.file.open("rb") as lines:
            return BytesParser(policy=policy.default).parse(lines)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"] or "")

    @property
    def text(self) -> str:
        body = self.message.get_body(preferencelist=("plain",))
        return str(body.get_content()) if body is not None else ""

    @property
    def attachments(self) -> list[tuple[str, int]]:
        """Name and size in bytes of each attachment."""
        return [
            (part.get_filename() or "", len(part.get_payload(decode=True) or b""))
            for part in self.message.iter_attachments()
        ]


def kept_mails(recipient: str = "") -> list[Mail]:
    """The kept messages, newest first; only those sent to an address containing `recipient`."""
    mails = [Mail(file) for file in sorted(settings.MAIL_DIR.glob("[0-9]*.eml"), reverse=True)]
    wanted = recipient.strip().lower()
    return [mail for mail in mails if wanted in mail.recipients.lower()] if wanted else mails


def demo_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page open to all, which exists only while DEBUG is on."""

    @login_not_required
    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, **address: str | int) -> HttpResponse:
        if not settings.DEBUG:
            raise Http404
        return view(request, **address)

    return guarded


@demo_page
def inbox(request: HttpRequest) -> HttpResponse:
    """The list, newest first; `?a=` searches by recipient."""
    recipient = request.GET.get("a", "")
    page = Paginator(kept_mails(recipient), PAGE).get_page(request.GET.get("page"))
    return render(request, "inbox/list.html", {"page": page, "recipient": recipient})


@demo_page
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One message: its text, with its links, and its attachments."""
    return render(request, "inbox/letter.html", {"mail": _mail_or_404(name)})


@demo_page
def attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The bytes of one attachment, counted from 1, always as a download."""
    parts = list(_mail_or_404(name).message.iter_attachments())
    if not 1 <= number <= len(parts):
        raise Http404
    part = parts[number - 1]
    answer = HttpResponse(part.get_payload(decode=True), content_type=part.get_content_type())
    answer["Content-Disposition"] = "attachment"
    return answer


def _mail_or_404(name: str) -> Mail:
    """The address allows letters, digits and dashes only, so a name cannot leave the folder."""
    file = settings.MAIL_DIR / f"{name}.eml"
    if not file.is_file():
        raise Http404
    return Mail(file)


app_name = "inbox"
urlpatterns = [
    path("", inbox, name="list"),
    path("<slug:name>/", letter, name="letter"),
    path("<slug:name>/<int:number>/", attachment, name="attachment"),
]
