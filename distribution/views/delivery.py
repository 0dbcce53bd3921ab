"""One delivery, seen by the supplier, the authority and its school; the school's answers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import roles_allowed
from accounts.enums import Role
from core.refusals import Refused
from distribution.delivery_page import FACT_NAMES, page_of
from distribution.enums import DeliveryState
from distribution.forms import AnswerForm, DecisionForm, DeclineForm, ReasonForm
from distribution.gate import override_gate
from distribution.models import Delivery
from distribution.perms import ANSWERERS, DELIVERY_READERS, PLANNERS, abilities
from distribution.planning import accept_delivery, cancel_delivery, decline_delivery


@require_GET
@roles_allowed(Role.SCHOOL)
def delivery_list(request: HttpRequest) -> HttpResponse:
    deliveries = Delivery.objects.visible_to(request.user).for_pages().order_by("-on", "-pk")
    return render(
        request, "distribution/deliveries.html", {"deliveries": deliveries, "on": timezone.localdate()}
    )


@require_GET
@roles_allowed(*DELIVERY_READERS)
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, visible_delivery(request, public_id))


def visible_delivery(request: HttpRequest, public_id: str) -> Delivery:
    """The delivery if this person may see it; 404 otherwise."""
    visible = Delivery.objects.visible_to(request.user).for_pages().prefetch_related("log__by")
    return get_object_or_404(visible, public_id=public_id)


@require_POST
@roles_allowed(*ANSWERERS)
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    delivery, form = visible_delivery(request, public_id), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, delivery, answer_form=form)
    return _acted(
        request,
        delivery,
        accept_delivery,
        _("Thank you: the day is kept for your school."),
        **form.cleaned_data,
    )


@require_POST
@roles_allowed(*ANSWERERS)
def decline(request: HttpRequest, public_id: str) -> HttpResponse:
    delivery, form = visible_delivery(request, public_id), DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, delivery, decline_form=form)
    return _acted(
        request,
        delivery,
        decline_delivery,
        _("The logistics team knows, and will propose another day."),
        **form.cleaned_data,
    )


@require_POST
@roles_allowed(*PLANNERS)
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    delivery, form = visible_delivery(request, public_id), ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, delivery, cancel_form=form)
    done = _("The delivery is cancelled and the school has an e-mail.")
    return _acted(request, delivery, cancel_delivery, done, **form.cleaned_data)


@require_POST
@roles_allowed(Role.REGION)
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    delivery, form = visible_delivery(request, public_id), DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, delivery, decision_form=form)
    done = _("Your decision is recorded with its reason.")
    return _acted(request, delivery, override_gate, done, **form.cleaned_data)


def _acted(
    request: HttpRequest, delivery: Delivery, act: Callable[..., Delivery], done: str, **facts: Any
) -> HttpResponse:
    """Do it and come back to the page, with the refusal's sentence if it was refused."""
    try:
        act(delivery=delivery, by=request.user, at=timezone.now(), **facts)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done)
    return redirect("distribution:delivery", delivery.public_id)


def _page(request: HttpRequest, delivery: Delivery, **forms: Form) -> HttpResponse:
    on = timezone.localdate()
    answer = {"room": delivery.room, "comment": delivery.school_comment}
    context = {
        "delivery": delivery,
        "page": page_of(delivery),
        "gate": delivery.campaign.rule_tree.gate,
        "abilities": abilities(request.user, delivery, on),
        "on": on,
        "states": DeliveryState.choices,
        "fact_names": FACT_NAMES,
        "answer_form": AnswerForm(initial=answer),
        "decline_form": DeclineForm(),
        "cancel_form": ReasonForm(),
        "decision_form": DecisionForm(),
    }
    return render(request, "distribution/delivery.html", context | forms)
