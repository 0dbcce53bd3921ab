"""Laptops coming back: the list, one return, its label, its inspection."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from core.refusals import Refused
from support import returns
from support.departures import tell_reason
from support.enums import ReturnReason, ReturnState
from support.files import file_response
from support.forms import DepartureForm, InspectionForm
from support.models import DeviceReturn
from support.perms import AGENTS, RECEIVERS, RETURNERS
from support.story import steps_of
from support.words import FACT_NAMES


PAGE_SIZE = 50
ACTS = {
    "label": (returns.send_label, AGENTS),
    "label_school": (returns.send_label, (*AGENTS, Role.SCHOOL)),
    "in_transit": (returns.mark_in_transit, (*AGENTS, Role.SCHOOL)),
    "receive": (returns.receive_return, RECEIVERS),
    "cancel": (returns.cancel_return, AGENTS),
}
OPTIONS = {"label_school": {"to_school": True}}


@roles_allowed(*RETURNERS)
@require_safe
def return_list(request: HttpRequest) -> HttpResponse:
    """Laptops asked back, the most urgent first."""
    visible = DeviceReturn.objects.visible_to(request.user)
    words = request.GET.get("q", "").strip()
    view = request.GET.get("vue", "all" if words else "awaited")
    on = timezone.localdate()
    views = {
        "awaited": (_("Awaited"), visible.awaited()),
        "overdue": (_("Late"), visible.overdue(on)),
        "received": (_("To inspect"), visible.filter(state=ReturnState.RECEIVED)),
        "all": (_("All"), visible),
    }
    chosen = views.get(view, views["all"])[1]
    found = chosen.matching(words) if words else chosen
    tabs = [
        {"name": name, "label": label, "count": rows.count(), "current": "yes" if name == view else ""}
        for name, (label, rows) in views.items()
    ]
    page = Paginator(found.for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "tabs": tabs, "words": words, "view": view, "on": on}
    return render(request, "support/returns.html", context)


@roles_allowed(*RETURNERS)
@require_safe
def return_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One return: where the laptop is, why it is asked back, what to do now."""
    found = _found(request, public_id)
    on = timezone.localdate()
    context = {
        "return": found,
        "steps": steps_of(found),
        "acts": [code for code, (_act, roles) in ACTS.items() if request.user.has_role(*roles)],
        "can_inspect": request.user.has_role(*RECEIVERS),
        "asks_reason": found.is_live and found.reason == ReturnReason.UNKNOWN,
        "form": DepartureForm(),
        "missing": returns.missing_items(found.inspection) if found.inspection else [],
        "fact_names": FACT_NAMES,
        "is_late": found.due_on < on,
        "on": on,
    }
    return render(request, "support/return.html", context)


@roles_allowed(*RETURNERS)
@require_POST
def act_on_return(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send the label, say that the parcel left, receive it, or cancel."""
    found = _found(request, public_id)
    code = request.POST.get("acte", "")
    act, roles = ACTS.get(code, (None, ()))
    if act is None or not request.user.has_role(*roles):
        messages.error(request, _("This action is not for you."))
        return redirect("support:return", found.public_id)
    try:
        act(device_return=found, by=request.user, at=timezone.now(), **OPTIONS.get(code, {}))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Done: the page below is up to date."))
    return redirect("support:return", found.public_id)


@roles_allowed(*AGENTS, Role.SCHOOL)
@require_POST
def departure_reason(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The school or an agent says where the pupil went; the rules decide again (N12)."""
    found = _found(request, public_id)
    form = DepartureForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose where the pupil went."))
        return redirect("support:return", found.public_id)
    at = timezone.now()
    try:
        reason = form.cleaned_data["reason"]
        told = tell_reason(
            device_return=found, reason=reason, by=request.user, at=at, on=timezone.localdate(at)
        )
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("support:return", found.public_id)
    kept = told.state == ReturnState.CANCELLED
    messages.success(
        request,
        _("Thank you: the pupil keeps the laptop.") if kept else _("Thank you: the reason is recorded."),
    )
    return redirect("support:return", found.public_id)


@roles_allowed(*RETURNERS)
@require_safe
def label(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The label's PDF, once it was made."""
    found = _found(request, public_id)
    if found.label is None:
        raise Http404
    return file_response(found.label)


@roles_allowed(*RECEIVERS)
@require_http_methods(["GET", "POST"])
def inspection(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Check the kit and the laptop; that ends the loan (P4)."""
    found = _found(request, public_id)
    kit = found.loan.convention.campaign.rule_tree.accessories.kit
    form = InspectionForm(request.POST or None, kit=kit)
    if form.is_valid():
        try:
            returns.inspect_return(
                device_return=found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Return closed: the loan is over and the receipt is sent."))
            warehouse = request.user.has_role(Role.WAREHOUSE)
            return redirect("support:warehouse") if warehouse else redirect("support:return", found.public_id)
    return render(request, "support/inspection.html", {"form": form, "return": found})


def _found(request: HttpRequest, public_id: UUID) -> DeviceReturn:
    visible = DeviceReturn.objects.visible_to(request.user).select_related(
        "loan__device__model",
        "loan__pupil",
        "loan__convention__campaign__rules",
        "loan__convention__campaign__programme",
        "school",
        "label",
    )
    return get_object_or_404(visible, public_id=public_id)
