"""Named parcels: the warehouse packs and ships, the school receives and hands over."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import roles_allowed
from core.refusals import Refused
from distribution.enums import ParcelState
from distribution.forms import DeviceForm, ReasonForm, TrackingForm
from distribution.models import Parcel
from distribution.parcels import (
    cancel_parcel,
    hand_over_parcel,
    prepare_parcel,
    receive_parcel,
    ship_parcel,
)
from distribution.perms import PACKERS, PARCEL_READERS, RECEIVERS, parcel_abilities


PAGE = 50


@require_GET
@roles_allowed(*PARCEL_READERS)
def parcel_list(request: HttpRequest) -> HttpResponse:
    """Parcels by state, the most urgent first; the first state with something to do when none is named."""
    parcels = Parcel.objects.visible_to(request.user)
    counted = parcels.order_by().values_list("state").annotate(number=Count("pk", distinct=True))
    counts = dict.fromkeys(ParcelState.values, 0) | dict(counted)
    state = request.GET.get("etat")
    if state not in ParcelState.values:
        first = ParcelState.SHIPPED if request.user.has_role("school") else ParcelState.TO_PREPARE
        state = first if counts[first] else next((key for key, number in counts.items() if number), first)
    rows = parcels.filter(state=state).select_related("school", "pupil", "device", "loan")
    context = {
        "page": Paginator(rows.order_by("due_on", "school__name", "pk"), PAGE).get_page(
            request.GET.get("page")
        ),
        "state": state,
        "tabs": [(value, label, counts[value]) for value, label in ParcelState.choices],
        "on": timezone.localdate(),
    }
    return render(request, "distribution/parcels.html", context)


@require_GET
@roles_allowed(*PARCEL_READERS)
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, _parcel(request, public_id))


@require_POST
@roles_allowed(*PACKERS)
def prepare(request: HttpRequest, public_id: str) -> HttpResponse:
    parcel, form = _parcel(request, public_id), DeviceForm(request.POST)
    if not form.is_valid():
        return _page(request, parcel, device_form=form)
    done = _("The laptop is in the box: now the tracking number.")
    return _acted(request, parcel, prepare_parcel, done, device_code=form.cleaned_data["code"])


@require_POST
@roles_allowed(*PACKERS)
def ship(request: HttpRequest, public_id: str) -> HttpResponse:
    parcel, form = _parcel(request, public_id), TrackingForm(request.POST)
    if not form.is_valid():
        return _page(request, parcel, tracking_form=form)
    number = form.cleaned_data["tracking_number"]
    return _acted(
        request, parcel, ship_parcel, _("Shipped: the school has an e-mail."), tracking_number=number
    )


@require_POST
@roles_allowed(*RECEIVERS)
def receive(request: HttpRequest, public_id: str) -> HttpResponse:
    parcel = _parcel(request, public_id)
    done = _("Received: the family has an e-mail. Hand it over in person.")
    return _acted(request, parcel, receive_parcel, done)


@require_POST
@roles_allowed(*RECEIVERS)
def hand_over(request: HttpRequest, public_id: str) -> HttpResponse:
    parcel = _parcel(request, public_id)
    done = _("Handed over: the loan starts today.")
    return _acted(request, parcel, hand_over_parcel, done, on=timezone.localdate())


@require_POST
@roles_allowed(*PACKERS)
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    parcel, form = _parcel(request, public_id), ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, parcel, cancel_form=form)
    reason = form.cleaned_data["reason"]
    return _acted(request, parcel, cancel_parcel, _("The parcel is cancelled."), reason=reason)


def _parcel(request: HttpRequest, public_id: str) -> Parcel:
    rows = Parcel.objects.visible_to(request.user).select_related("school", "pupil", "device__model", "loan")
    return get_object_or_404(rows, public_id=public_id)


def _acted(
    request: HttpRequest, parcel: Parcel, act: Callable[..., Parcel], done: str, **facts: Any
) -> HttpResponse:
    """Do it, and come back to the parcel with what happened; the list is one step away."""
    try:
        act(parcel=parcel, by=request.user, at=timezone.now(), **facts)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done)
    return redirect("distribution:parcel", parcel.public_id)


def _page(request: HttpRequest, parcel: Parcel, **forms: Form) -> HttpResponse:
    context = {
        "parcel": parcel,
        "abilities": parcel_abilities(request.user, parcel),
        "states": ParcelState.choices,
        "log": parcel.log.select_related("by"),
        "device_form": DeviceForm(),
        "tracking_form": TrackingForm(),
        "cancel_form": ReasonForm(),
    }
    return render(request, "distribution/parcel.html", context | forms)
