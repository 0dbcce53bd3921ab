"""The supplier's planning: the week's places, and proposing one."""

from datetime import date
from itertools import islice

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import roles_allowed
from core.calendars import ONE_DAY
from core.refusals import Refused
from distribution.board import board_of, found_cards
from distribution.forms import BoardFilter, SlotForm
from distribution.models import Delivery
from distribution.perms import PLANNERS, PLANNING_READERS
from distribution.planning import propose_all, propose_delivery, repropose_delivery
from distribution.slots import Slot, earliest_notice, free_slots
from loans.progress import progress_of
from programmes.models import Campaign
from schools.models import School


SHOWN_SLOTS = 24


@require_GET
@roles_allowed(*PLANNING_READERS)
def board(request: HttpRequest) -> HttpResponse:
    on = timezone.localdate()
    campaign = Campaign.objects.latest_known(on)
    if campaign is None:
        return render(request, "distribution/no_campaign.html")
    form = BoardFilter(request.GET)
    words, state = (form.cleaned_data["q"], form.cleaned_data["state"]) if form.is_valid() else ("", "")
    context = {"campaign": campaign, "form": form, "on": on, "can_plan": request.user.has_role(*PLANNERS)}
    if words or state:
        context["cards"] = found_cards(campaign, words=words, state=state)
        return render(request, "distribution/planning_found.html", context)
    context["board"] = board_of(campaign, week_of=_week_asked(request) or on, on=on)
    return render(request, "distribution/planning.html", context)


def _week_asked(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("semaine", ""))
    except ValueError:
        return None


@require_POST
@roles_allowed(*PLANNERS)
def propose_everywhere(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    campaign = Campaign.objects.latest_known(timezone.localdate(at))
    if campaign is None:
        raise Http404
    figures = propose_all(campaign=campaign, by=request.user, at=at)
    messages.success(
        request, _("Places proposed: %(proposed)d. Schools left without: %(unplaced)d.") % figures
    )
    return redirect("distribution:planning")


@require_http_methods(["GET", "POST"])
@roles_allowed(*PLANNERS)
def propose(request: HttpRequest, uai: str) -> HttpResponse:
    at = timezone.now()
    campaign = Campaign.objects.latest_known(timezone.localdate(at))
    if campaign is None:
        raise Http404
    school = get_object_or_404(School.objects.members_of(campaign), uai=uai)
    form = SlotForm(request.POST or None, slots=_places(campaign, school))
    if form.is_valid():
        slot = form.chosen
        try:
            delivery = propose_delivery(
                school=school,
                campaign=campaign,
                on=slot.on,
                half_day=slot.half_day,
                team=slot.team,
                by=request.user,
                at=at,
            )
        except Refused as refusal:
            form.add_error("slot", refusal.sentence)
        else:
            messages.success(request, _("The day is proposed: the school has an e-mail."))
            return redirect("distribution:delivery", delivery.public_id)
    return render(request, "distribution/propose.html", _propose_context(campaign, school, form))


@require_http_methods(["GET", "POST"])
@roles_allowed(*PLANNERS)
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user).for_pages(), public_id=public_id)
    campaign, school = delivery.campaign, delivery.school
    form = SlotForm(request.POST or None, slots=_places(campaign, school, delivery))
    if form.is_valid():
        slot = form.chosen
        try:
            repropose_delivery(
                delivery=delivery,
                on=slot.on,
                half_day=slot.half_day,
                team=slot.team,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("slot", refusal.sentence)
        else:
            messages.success(request, _("The new day is proposed: the school has an e-mail."))
            return redirect("distribution:delivery", delivery.public_id)
    context = _propose_context(campaign, school, form) | {"delivery": delivery}
    return render(request, "distribution/propose.html", context)


def _places(campaign: Campaign, school: School, delivery: Delivery | None = None) -> list[Slot]:
    """The first free places, and those of the day the school asked for."""
    common = {
        "campaign": campaign,
        "school": school,
        "pupils": progress_of(school, campaign).expected_count,
        "apart_from": delivery,
    }
    after = earliest_notice(campaign, timezone.localdate())
    soonest = list(islice(free_slots(after=after, **common), SHOWN_SLOTS))
    wanted = delivery.wanted_on if delivery else None
    if wanted is None or any(slot.on == wanted for slot in soonest):
        return soonest
    return [*free_slots(after=wanted - ONE_DAY, until=wanted, **common), *soonest]


def _propose_context(campaign: Campaign, school: School, form: SlotForm) -> dict:
    return {
        "campaign": campaign,
        "school": school,
        "form": form,
        "progress": progress_of(school, campaign),
        "gate": campaign.rule_tree.gate,
        "replan": campaign.rule_tree.replan,
    }
