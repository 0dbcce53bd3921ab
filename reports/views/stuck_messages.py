"""Messages that could not leave: why, and trying again (region only)."""

from uuid import UUID

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from core.models import Message
from core.outbox import stuck
from core.outbox.figures import outbox_figures
from core.refusals import Refused
from reports.message_words import kind_in_words, why_it_waits


PAGE_SIZE = 50
STREAMS = {"convention": "loans:convention"}  # what a message tells of → its page


@roles_allowed(Role.REGION)
@require_safe
def stuck_messages(request: HttpRequest) -> HttpResponse:
    """The list, the newest first; `?sorte=` keeps one kind."""
    kind = request.GET.get("sorte", "")
    page = Paginator(_found(kind), PAGE_SIZE).get_page(request.GET.get("page"))
    kinds = Message.objects.stuck().values_list("kind").annotate(Count("pk")).order_by("kind")
    context = {
        "page": page,
        "rows": [{"message": one, "kind": kind_in_words(one.kind), "why": why_it_waits(one)} for one in page],
        "kinds": [(name, kind_in_words(name), count) for name, count in kinds],
        "kind": kind,
        "kind_words": kind_in_words(kind) if kind else "",
        "figures": outbox_figures(at=timezone.now()),
    }
    return render(request, "reports/stuck_messages.html", context)


@roles_allowed(Role.REGION)
@require_safe
def stuck_message(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One message, without its secrets, and what was done about it."""
    found = get_object_or_404(_watched(), public_id=public_id)
    stream, _colon, about = found.about.partition(":")
    context = {
        "message": found,
        "kind": kind_in_words(found.kind),
        "why": why_it_waits(found),
        "body": stuck.without_secrets(found.body),
        "is_stuck": Message.objects.stuck().filter(pk=found.pk).exists(),
        "about_page": STREAMS.get(stream, ""),
        "about": about,
        "log": found.log.select_related("by"),
    }
    return render(request, "reports/stuck_message.html", context)


@roles_allowed(Role.REGION)
@require_POST
def try_again_all(request: HttpRequest) -> HttpResponse:
    """All those of the list, or of one kind."""
    return _act(request, stuck.try_again, list(_found(request.POST.get("sorte", ""))))


@roles_allowed(Role.REGION)
@require_POST
def try_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _act(request, stuck.try_again, [get_object_or_404(_watched(), public_id=public_id)])


@roles_allowed(Role.REGION)
@require_POST
def set_aside(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _act(request, stuck.set_aside, [get_object_or_404(_watched(), public_id=public_id)])


def _found(kind):
    found = Message.objects.stuck().order_by("-given_up_at", "-pk")
    return found.filter(kind=kind) if kind else found


def _watched():
    """Those that wait for a person, and those a person dealt with."""
    return (Message.objects.stuck() | Message.objects.filter(log__isnull=False)).distinct()


def _act(request, act, chosen):
    try:
        count = act(
            messages=chosen, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        notices.error(request, refusal.sentence)
    else:
        notices.success(request, _said(act, count))
    return redirect("reports:stuck_messages")


def _said(act, count):
    if act is stuck.try_again:
        said = ngettext("%(count)d message leaves again.", "%(count)d messages leave again.", count)
    else:
        said = ngettext("%(count)d message will not leave.", "%(count)d messages will not leave.", count)
    return said % {"count": count}
