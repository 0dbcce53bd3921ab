"""« Go on with another phone »: a QR code, and the way to close it."""

import re
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.refusals import Refused
from loans.models import SigningLink
from loans.other_phone import close_shared_links, share_link
from loans.views.family.entering import checked_link
from loans.views.family.frame import frame_of
from loans.views.traces import trace_of


@require_safe
@checked_link
def other_phone(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """What it does, before it is done: a GET makes no link."""
    return render(request, "loans/family/other_phone.html", frame_of(link))


@require_POST
@checked_link
def share(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """The QR code, shown once; asked again, it is another one."""
    try:
        token, shared = share_link(link=link, at=timezone.now(), trace=trace_of(request))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("loans:family_other_phone")
    address = f"{settings.SITE_URL}{reverse('loans:open_link', args=[token])}"
    context = {"shared": shared, "drawing": _drawn(address)} | frame_of(link)
    return render(request, "loans/family/other_phone.html", context)


@require_POST
@checked_link
def close(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """The QR code works no more."""
    close_shared_links(link=link, at=timezone.now())
    messages.success(request, _("The link for another phone is closed."))
    return redirect("loans:family")


def _drawn(address: str) -> dict[str, Any]:
    """Size in modules, and the path of an SVG within the page: no second request carries the secret."""
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=4)]
    runs = [
        f"M{run.start()} {y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows)
        for run in re.finditer(rb"\x01+", row)
    ]
    return {"size": len(rows), "path": "".join(runs)}
