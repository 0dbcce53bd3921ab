"""The helpdesk's queue, and a school's own requests."""

from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import roles_allowed
from loans.helpline import hours_to_read
from programmes.calendars import is_open, line_for_schools
from programmes.models import Campaign
from support.dossier import is_late
from support.enums import LIVE_TICKET, TicketKind, TicketState
from support.finding import find_pupils
from support.models import Ticket
from support.models.ticket import TicketQuerySet
from support.perms import AGENTS, ASKERS


PAGE_SIZE = 50
VIEWS = {
    "todo": _("To deal with"),
    "mine": _("My requests"),
    "waiting": _("Waiting"),
    "workshop": _("At the workshop"),
    "all": _("All"),
}


@roles_allowed(*ASKERS)
@require_safe
def tickets(request: HttpRequest) -> HttpResponse:
    """Agents see the queue by saved views; a school sees its own requests."""
    is_agent = request.user.has_role(*AGENTS)
    visible = Ticket.objects.visible_to(request.user)
    words = request.GET.get("q", "").strip()
    view = request.GET.get("vue", "all" if words else "todo" if is_agent else "all")
    found = filtered(visible, request, view, words)
    page = Paginator(found.for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    at = timezone.now()
    for ticket in page:
        ticket.is_late = is_late(ticket, at)
    context = {
        "page": page,
        "words": words,
        "kinds": TicketKind.choices,
        "kind": request.GET.get("nature", ""),
        "pupils": find_pupils(request.user, words)[:6] if is_agent and words else [],
        "views": saved_views(visible, request, view) if is_agent else [],
        "view": view,
    }
    if not is_agent:
        context |= _line_now(at)
    template = "support/queue.html" if is_agent else "support/school_tickets.html"
    return render(request, template, context)


def _line_now(at: datetime) -> dict:
    """Whom a school reaches by phone at this hour (N13)."""
    campaign = Campaign.objects.latest_known(timezone.localdate(at))
    line = line_for_schools(campaign.rule_tree.support, at) if campaign else None
    return {"line": line, "hours": hours_to_read(line) if line else "", "is_open": line and is_open(line, at)}


def filtered(visible: TicketQuerySet, request: HttpRequest, view: str, words: str) -> TicketQuerySet:
    """The tickets of a saved view; the longest in their state first, except in « All »."""
    chosen = {
        "todo": visible.todo(),
        "mine": visible.live().filter(assignee=request.user),
        "waiting": visible.waiting(),
        "workshop": visible.filter(state=TicketState.WORKSHOP),
    }.get(view, visible)
    if words:
        chosen = chosen.matching(words)
    if kind := request.GET.get("nature"):
        chosen = chosen.filter(kind=kind)
    return chosen.order_by("-opened_at", "-pk") if view == "all" else chosen.order_by("moved_at", "pk")


def saved_views(visible: TicketQuerySet, request: HttpRequest, current: str) -> list[dict]:
    """Each saved view with how many tickets it holds, by one query."""
    waiting = [TicketState.WAITING_FAMILY, TicketState.WAITING_SCHOOL]
    counts = visible.aggregate(
        todo=Count("pk", filter=Q(state__in=[TicketState.NEW, TicketState.OPEN])),
        mine=Count("pk", filter=Q(assignee=request.user, state__in=LIVE_TICKET)),
        waiting=Count("pk", filter=Q(state__in=waiting)),
        workshop=Count("pk", filter=Q(state=TicketState.WORKSHOP)),
        all=Count("pk"),
    )
    return [
        {"name": name, "label": label, "count": counts[name], "current": "yes" if name == current else ""}
        for name, label in VIEWS.items()
    ]
