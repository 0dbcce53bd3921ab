"""The warehouse: scan what comes back, prepare what leaves."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import roles_allowed
from core.refusals import Refused
from loans.models import Device
from support import returns
from support.enums import ReturnState
from support.forms import ScanForm
from support.interventions import replace_device
from support.models import DeviceReturn, Intervention
from support.perms import RECEIVERS


SHOWN = 20


@roles_allowed(*RECEIVERS)
@require_http_methods(["GET", "POST"])
def warehouse(request: HttpRequest) -> HttpResponse:
    """One field to scan, then three short lists: to inspect, to prepare, on the way."""
    form = ScanForm(request.POST or None)
    if form.is_valid():
        try:
            found = returns.return_scanned(form.cleaned_data["code"])
            returns.receive_return(device_return=found, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error("code", refusal.sentence)
        else:
            messages.success(
                request, _("%(reference)s received: check the kit.") % {"reference": found.reference}
            )
            return redirect("support:inspection", found.public_id)
    coming = DeviceReturn.objects.for_list()
    context = {
        "form": form,
        "to_inspect": list(coming.filter(state=ReturnState.RECEIVED)[:SHOWN]),
        "on_the_way": list(coming.filter(state=ReturnState.IN_TRANSIT)[:SHOWN]),
        "to_prepare": list(Intervention.objects.to_prepare()[:SHOWN]),
        "stock_count": Device.objects.in_stock().filter(school=None).count(),
    }
    return render(request, "support/warehouse.html", context)


@roles_allowed(*RECEIVERS)
@require_POST
def replacement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The laptop scanned leaves for the pupil; an empty scan takes the first of the stock."""
    intervention = get_object_or_404(Intervention.objects.to_prepare(), public_id=public_id)
    code = request.POST.get("code", "").strip()
    device = Device.objects.by_scan(code).first() if code else None
    if code and device is None:
        messages.error(request, _("“%(code)s” is not a laptop we know.") % {"code": code})
        return redirect("support:warehouse")
    try:
        done = replace_device(intervention=intervention, by=request.user, at=timezone.now(), device=device)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        words = {"device": done.new_device.asset_tag, "pupil": done.pupil}
        messages.success(request, _("%(device)s leaves for %(pupil)s.") % words)
    return redirect("support:warehouse")
