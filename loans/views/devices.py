"""Laptops and loans for the staff: the fleet, one laptop's whole life, one loan."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from core.refusals import Refused
from loans.enums import OPEN_LOAN
from loans.forms.lists import DeviceFilterForm, IntakeForm, LoanFilterForm
from loans.history import device_story, loan_story
from loans.models import Device, Loan
from loans.registers import receive_devices


FLEET = (Role.REGION, Role.SUPPLIER, Role.HELPDESK, Role.WAREHOUSE)
STOCK = (Role.SUPPLIER, Role.WAREHOUSE)
READERS = (Role.REGION, Role.SUPPLIER, Role.HELPDESK, Role.SCHOOL)
PAGE = 50


@roles_allowed(*FLEET)
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """The fleet, by state, serial number or asset tag."""
    form = DeviceFilterForm(request.GET)
    page = Paginator(form.filtered(_devices()), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "may_receive": request.user.has_role(*STOCK)}
    return render(request, "loans/devices.html", context)


def _devices() -> QuerySet[Device]:
    borrowers = Loan.objects.open().select_related("pupil")
    return (
        Device.objects.select_related("model", "school")
        .prefetch_related(Prefetch("loans", borrowers, to_attr="open_loans"))
        .order_by("asset_tag")
    )


@roles_allowed(*FLEET)
@require_safe
def device(request: HttpRequest, public_id: Any) -> HttpResponse:
    """One laptop: where it is, who had it, all that happened to it."""
    found = get_object_or_404(Device.objects.select_related("model", "school"), public_id=public_id)
    loans = found.loans.select_related("pupil", "convention").order_by("-started_on", "-pk")
    context = {
        "device": found,
        "loans": loans,
        "story": device_story(found),
        "sees_pupils": not request.user.has_role(Role.WAREHOUSE),
    }
    return render(request, "loans/device.html", context)


@roles_allowed(*STOCK)
def receive(request: HttpRequest) -> HttpResponse:
    """Scan or paste serial numbers, one a line: they are in stock."""
    form = IntakeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            intake = receive_devices(
                model=form.cleaned_data["model"],
                serials=form.cleaned_data["serials"].splitlines(),
                by=request.user,
                on=timezone.localdate(at),
                at=at,
            )
        except Refused as refusal:
            form.add_error("serials", refusal.sentence)
        else:
            count = len(intake.received)
            done = ngettext("%(count)d laptop is in stock.", "%(count)d laptops are in stock.", count)
            messages.success(request, done % {"count": count})
            _tell_what_was_left(request, intake.already_known, intake.unreadable)
            return redirect("loans:devices")
    return render(request, "loans/receive.html", {"form": form})


def _tell_what_was_left(request: HttpRequest, known: list[str], unreadable: list[str]) -> None:
    if known:
        messages.info(request, _("Already known: %(serials)s.") % {"serials": ", ".join(known[:20])})
    if unreadable:
        messages.warning(
            request, _("Not serial numbers: %(serials)s.") % {"serials": ", ".join(unreadable[:20])}
        )


@roles_allowed(*READERS)
@require_safe
def school_loans(request: HttpRequest) -> HttpResponse:
    """The laptops lent now, by school and class."""
    found = (
        Loan.objects.visible_to(request.user)
        .filter(state__in=OPEN_LOAN)
        .select_related("pupil", "device__model", "convention__enrolment__school")
        .order_by(
            "convention__enrolment__school__name",
            "convention__enrolment__class_code",
            "pupil__search_key",
            "pk",
        )
    )
    form = LoanFilterForm(request.GET)
    page = Paginator(form.filtered(found), PAGE).get_page(request.GET.get("page"))
    return render(request, "loans/loans.html", {"form": form, "page": page})


@roles_allowed(*READERS)
@require_safe
def loan(request: HttpRequest, public_id: Any) -> HttpResponse:
    """One loan: the pupil, the laptop, the convention, what happened."""
    loans = Loan.objects.visible_to(request.user).select_related(
        "pupil", "device__model", "convention__enrolment__school", "replaces__device"
    )
    found = get_object_or_404(loans, public_id=public_id)
    context = {
        "loan": found,
        "story": loan_story(found),
        "replaced_by": Loan.objects.filter(replaces=found).select_related("device").first(),
        "sees_fleet": request.user.has_role(*FLEET),
    }
    return render(request, "loans/loan.html", context)
