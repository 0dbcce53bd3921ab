"""The single-use code, where the rules ask one before the signature."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.phones import masked_number
from core.refusals import Refused
from loans.codes import awaits_code, give_code, open_codes, send_code, ways_to
from loans.enums import CodeChannel
from loans.forms.family import CodeForm
from loans.models import SigningCode, SigningLink
from loans.views.family.entering import checked_link, code_of, remember_link
from loans.views.family.frame import frame_of
from loans.views.traces import trace_of


def is_awaited(request: HttpRequest, link: SigningLink) -> bool:
    """Whether this browser must give a code before it reads and signs."""
    return awaits_code(link, code_of(request), timezone.now())


def coded_link(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A family's page shown only once the code was given, where the rules ask one."""

    @checked_link
    @wraps(view)
    def guarded(request: HttpRequest, link: SigningLink, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_awaited(request, link):
            return redirect("loans:family_code")
        return view(request, link, *args, **kwargs)

    return guarded


@checked_link
def code(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """Where the code left for, and the field to write it in."""
    if not is_awaited(request, link):
        return redirect("loans:family")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        digits, at = form.cleaned_data["digits"], timezone.now()
        try:
            given = give_code(link=link, digits=digits, at=at, trace=trace_of(request))
        except Refused as refusal:
            form.add_error("digits", refusal.sentence)
        else:
            return remember_link(redirect("loans:family"), link, checked=True, code=given.pk)
    return _page(request, link, form, status=422 if form.errors else 200)


@require_POST
@checked_link
def send(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """Send a new code, by the way chosen."""
    if not is_awaited(request, link):
        return redirect("loans:family")
    try:
        send_code(link=link, way=request.POST.get("way", ""), at=timezone.now(), trace=trace_of(request))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("loans:family_code")


def _page(request: HttpRequest, link: SigningLink, form: CodeForm, status: int) -> HttpResponse:
    codes = open_codes(link, timezone.now())
    sent = next((code for code in codes if code.channel != CodeChannel.PAPER), None)
    handed_over = any(code.channel == CodeChannel.PAPER for code in codes)
    context = {
        "form": form,
        "sent": sent,
        "sent_to": _masked(sent) if sent else "",
        "handed_over": handed_over,
        "is_first": not handed_over,
        "ways": [(way, CodeChannel(way).label, _masked_place(way, to)) for way, to in ways_to(link).items()],
    }
    return render(request, "loans/family/code.html", context | frame_of(link), status=status)


def _masked(code: SigningCode) -> str:
    return _masked_place(code.channel, code.sent_to)


def _masked_place(channel: str, place: str) -> str:
    """Enough for its owner to know it; a stranger with the link learns no address."""
    if channel == CodeChannel.SMS:
        return masked_number(place)
    name, _at, domain = place.partition("@")
    return f"{name[:1]}•••@{domain}"
