"""The delivery-day desk: find the pupil, scan the laptop, next. Works without JavaScript, quicker with htmx."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import roles_allowed
from core.refusals import Refused
from distribution.absentees import preview
from distribution.delivery_page import FACT_NAMES, absent_or_expected
from distribution.desk import close_day, hand_over, mark_absent, mark_present, open_day, undo_handover
from distribution.desk_page import Candidate, candidate, everybody, scanned_device, search, side_context
from distribution.enums import DeliveryState
from distribution.forms import ScanForm, SearchForm
from distribution.models import Delivery, DeliveryLine
from distribution.perms import DESK
from schools.models import Pupil


@require_GET
@roles_allowed(*DESK)
def desk_list(request: HttpRequest) -> HttpResponse:
    on = timezone.localdate()
    days = Delivery.objects.for_pages().filter(state__in=[DeliveryState.CONFIRMED, DeliveryState.OPEN])
    days = days.order_by("on", "half_day", "school__name")
    context = {"on": on, "today": days.filter(on__lte=on), "coming": days.filter(on__gt=on)[:20]}
    return render(request, "distribution/desk_list.html", context)


@require_GET
@roles_allowed(*DESK)
@never_cache
def panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Step 1 (`q`), or step 2 when a pupil is named (`eleve`) or only one is found."""
    delivery = _delivery(public_id)
    if delivery.state != DeliveryState.OPEN:
        return redirect("distribution:delivery", delivery.public_id)
    words = request.GET.get("q", "")
    found = search(delivery, words)
    chosen = found[0] if len(found) == 1 else None
    if "eleve" in request.GET:
        chosen = _candidate(delivery, request.GET["eleve"])
    return _panel(request, delivery, chosen=chosen, words=words, found=found)


@require_GET
@roles_allowed(*DESK)
@never_cache
def matches(request: HttpRequest, public_id: str) -> HttpResponse:
    """The list under the search box, as letters come."""
    delivery, words = _delivery(public_id), request.GET.get("q", "")
    found = search(delivery, words)
    device = None if found else scanned_device(words)
    context = {"delivery": delivery, "found": found, "device": device, "words": words}
    return render(request, "distribution/_desk_matches.html", context)


@require_GET
@roles_allowed(*DESK)
@never_cache
def side(request: HttpRequest, public_id: str) -> HttpResponse:
    """The counters and the last ten, as other desks of the same day move them."""
    return render(request, "distribution/_desk_side.html", side_context(_delivery(public_id)))


@require_POST
@roles_allowed(*DESK)
def open_desk(request: HttpRequest, public_id: str) -> HttpResponse:
    delivery, at = _delivery(public_id), timezone.now()
    try:
        open_day(delivery=delivery, by=request.user, on=timezone.localdate(at), at=at)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("distribution:delivery", delivery.public_id)
    return redirect("distribution:desk", delivery.public_id)


@require_POST
@roles_allowed(*DESK)
def hand_over_laptop(request: HttpRequest, public_id: str) -> HttpResponse:
    """One scan: green and the next pupil, or red and the same pupil."""
    delivery, form, at = _delivery(public_id), ScanForm(request.POST), timezone.now()
    if not form.is_valid():
        raise Http404
    pupil = get_object_or_404(Pupil, public_id=form.cleaned_data["pupil"])
    try:
        line = hand_over(
            delivery=delivery,
            pupil=pupil,
            device_code=form.cleaned_data["code"],
            scan_id=form.cleaned_data["scan_id"],
            by=request.user,
            on=timezone.localdate(at),
            at=at,
        )
    except Refused as refusal:
        chosen = candidate(delivery, str(pupil.public_id))
        return _panel(request, delivery, chosen=chosen, refusal=refusal)
    return _panel(request, delivery, done=line)


@require_POST
@roles_allowed(*DESK)
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    line = _line(public_id)
    return _line_act(request, line, undo_handover, _("Undone: the pupil is expected again."))


@require_POST
@roles_allowed(*DESK)
def absent(request: HttpRequest, public_id: str) -> HttpResponse:
    line = _line(public_id)
    return _line_act(request, line, mark_absent, _("Noted as absent."))


@require_POST
@roles_allowed(*DESK)
def present(request: HttpRequest, public_id: str) -> HttpResponse:
    line = _line(public_id)
    return _line_act(request, line, mark_present, _("Expected again."))


@require_GET
@roles_allowed(*DESK)
@never_cache
def roll(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everybody, class by class: to call names, and to note who is absent."""
    delivery = _delivery(public_id)
    context = side_context(delivery) | {"candidates": everybody(delivery)}
    return render(request, "distribution/roll.html", context)


@require_http_methods(["GET", "POST"])
@roles_allowed(*DESK)
@never_cache
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the rule will do for the absentees, before anybody confirms."""
    delivery, at = _delivery(public_id), timezone.now()
    on = timezone.localdate(at)
    if request.method == "POST":
        try:
            close_day(delivery=delivery, by=request.user, on=on, at=at)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("The day is closed and the school has an e-mail."))
        return redirect("distribution:delivery", delivery.public_id)
    if delivery.state != DeliveryState.OPEN:
        return redirect("distribution:delivery", delivery.public_id)
    verdict = preview(delivery, on)
    context = side_context(delivery) | {
        "verdict": verdict,
        "verdict_due": verdict.facts["due_on"] and date.fromisoformat(verdict.facts["due_on"]),
        "lines": absent_or_expected(delivery),
        "fact_names": FACT_NAMES,
    }
    return render(request, "distribution/close.html", context)


def _delivery(public_id: str) -> Delivery:
    return get_object_or_404(Delivery.objects.for_pages(), public_id=public_id)


def _line(public_id: str) -> DeliveryLine:
    rows = DeliveryLine.objects.select_related("delivery__school", "delivery__campaign__rules", "pupil")
    return get_object_or_404(rows, public_id=public_id)


def _candidate(delivery: Delivery, public_id: str) -> Candidate | None:
    try:
        return candidate(delivery, public_id)
    except ValueError:
        return None


def _line_act(
    request: HttpRequest, line: DeliveryLine, act: Callable[..., DeliveryLine], said: str
) -> HttpResponse:
    """Do it, then back to where the person was: the desk, or the roll."""
    refusal = None
    try:
        act(line=line, by=request.user, at=timezone.now())
    except Refused as refused:
        refusal = refused
    if request.htmx:
        return _panel(
            request, line.delivery, refusal=refusal, said="" if refusal else f"{line.pupil} : {said}"
        )
    if refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{line.pupil} : {said}")
    back = "roll" if request.POST.get("from") == "roll" else "desk"
    return redirect(reverse(f"distribution:{back}", args=[line.delivery.public_id]))


def _panel(
    request: HttpRequest,
    delivery: Delivery,
    *,
    chosen: Candidate | None = None,
    words: str = "",
    found: list[Candidate] | None = None,
    done: DeliveryLine | None = None,
    refusal: Refused | None = None,
    said: str = "",
) -> HttpResponse:
    context = side_context(delivery) | {
        "chosen": chosen,
        "scan_form": ScanForm.for_pupil(chosen.pupil.public_id) if chosen else None,
        "search_form": SearchForm({"q": "" if chosen else words}),
        "found": found or [],
        "words": words,
        "device": scanned_device(words) if words and not found else None,
        "done": done,
        "refusal": refusal,
        "said": said,
    }
    template = "distribution/_desk_swap.html" if request.htmx else "distribution/desk.html"
    return render(request, template, context)
