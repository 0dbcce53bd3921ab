"""One request: the conversation, and all there is to know beside it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import roles_allowed
from core.models import StoredFile
from core.refusals import Refused
from support import tickets
from support.dossier import gather, is_late
from support.enums import TicketState
from support.files import file_response
from support.forms import PoliceReportForm, ReplyForm
from support.interventions import MISSING
from support.macros import MACROS, macros_for, moves_for
from support.models import Ticket
from support.perms import AGENTS, ASKERS, can_use_macro
from support.theft import record_police_report
from support.words import FACT_NAMES


THEN = ("note", "solve", "wait_family", "wait_school")


@roles_allowed(*ASKERS)
@require_safe
def ticket(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The conversation on the left, « tout savoir » on the right; a school sees no internal note."""
    return ticket_page(request, _found(request, public_id))


@roles_allowed(*ASKERS)
@require_POST
def reply_to_ticket(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer or write a note; `then` says what the ticket does next."""
    found = _found(request, public_id)
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return ticket_page(request, found, form)
    try:
        _write(request, found, form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return ticket_page(request, found, form)
    return redirect("support:ticket", found.public_id)


@roles_allowed(*ASKERS)
@require_POST
def act_on_ticket(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One of the buttons that act."""
    found = _found(request, public_id)
    macro = MACROS.get(request.POST.get("acte", ""))
    if macro is None or not can_use_macro(request.user, macro.code):
        messages.error(request, _("This action is not for you."))
        return redirect("support:ticket", found.public_id)
    try:
        macro.act(found, request.user, timezone.now(), request.POST.get("mots", ""))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, str(macro.done))
    return redirect("support:ticket", found.public_id)


@roles_allowed(*ASKERS)
@require_http_methods(["GET", "POST"])
def police_report(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The report of a theft or a loss, typed and scanned (N11)."""
    found = _found(request, public_id)
    form = PoliceReportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        words = form.cleaned_data
        upload = words.pop("file")
        try:
            record_police_report(ticket=found, upload=upload, by=request.user, at=timezone.now(), **words)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The police report is kept. The laptop is declared missing."))
            return redirect("support:ticket", found.public_id)
    return render(request, "support/police_report.html", {"form": form, "ticket": found})


@roles_allowed(*ASKERS)
@require_safe
def attachment(request: HttpRequest, public_id: UUID, file_id: UUID) -> HttpResponse:
    """A file of the conversation, or the police report; never one of an internal note for a school."""
    found = _found(request, public_id)
    shown = found.messages.all()
    if not request.user.has_role(*AGENTS):
        shown = shown.filter(is_internal=False)
    files = StoredFile.objects.filter(public_id=file_id)
    mine = files.filter(pk__in=shown.values("attachments__file")) | files.filter(
        pk__in=StoredFile.objects.filter(pk=getattr(getattr(found, "police_report", None), "file_id", None))
    )
    return file_response(get_object_or_404(mine))


def ticket_page(request: HttpRequest, found: Ticket, form: ReplyForm | None = None) -> HttpResponse:
    at = timezone.now()
    on = timezone.localdate(at)
    is_agent = request.user.has_role(*AGENTS)
    dossier = gather(found, request.user, on)
    shown = found.messages.select_related("author").prefetch_related("attachments__file")
    macros = [macro for macro in macros_for(found, dossier) if can_use_macro(request.user, macro.code)]
    found.is_late = is_late(found, at)
    context: dict[str, Any] = {
        "ticket": found,
        "conversation": shown if is_agent else shown.filter(is_internal=False),
        "dossier": dossier,
        "macros": macros,
        "moves": moves_for(found, request.user) if is_agent else [],
        "form": form or ReplyForm(),
        "fact_names": FACT_NAMES,
        "report": getattr(found, "police_report", None),
        "needs_report": found.kind in MISSING and not hasattr(found, "police_report") and found.is_live,
        "whom": _whom(found),
        "can_write": found.state != TicketState.CLOSED,
        "guardianships": dossier.guardianships if is_agent else [],
    }
    template = "support/ticket.html" if is_agent else "support/school_ticket.html"
    return render(request, template, context, status=422 if form is not None else 200)


def _whom(found: Ticket) -> str:
    return "wait_school" if found.opened_by_school else "wait_family"


def _write(request: HttpRequest, found: Ticket, words: dict[str, Any]) -> None:
    at, by = timezone.now(), request.user
    files = tickets.keep_files(words["attachments"])
    is_agent = by.has_role(*AGENTS)
    then = request.POST.get("then", "")
    then = then if is_agent and then in THEN else ""
    if then == "note":
        tickets.note(ticket=found, body=words["body"], by=by, at=at, files=files)
        messages.success(request, _("Note kept, for agents only."))
        return
    tickets.reply_and(ticket=found, body=words["body"], by=by, at=at, files=files, then=then)
    messages.success(
        request, _("Your answer was sent.") if is_agent else _("Your message was sent to the helpdesk.")
    )


def _found(request: HttpRequest, public_id: UUID) -> Ticket:
    visible = Ticket.objects.visible_to(request.user).select_related(
        "campaign__rules",
        "campaign__programme",
        "pupil",
        "school",
        "assignee",
        "loan__device",
        "police_report",
        "intervention",
    )
    return get_object_or_404(visible, public_id=public_id)
