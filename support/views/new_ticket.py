"""A new request begins with the pupil it is about."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import roles_allowed
from core.refusals import Refused
from programmes.models import Campaign
from schools.models import Pupil, School
from support.contacts import present_enrolment
from support.enums import Channel, TicketKind
from support.finding import find_pupils
from support.forms import AgentTicketForm, NewTicketForm, PupilSearchForm
from support.perms import AGENTS, ASKERS
from support.tickets import keep_files, open_ticket


NOBODY = "aucun"
MOST_FOUND = 20


@roles_allowed(*ASKERS)
@require_http_methods(["GET", "POST"])
def new_ticket(request: HttpRequest) -> HttpResponse:
    """Step 1: find the pupil. Step 2: say what is the matter."""
    chosen = request.GET.get("eleve", "")
    if not chosen:
        return choose_pupil(request)
    pupil = None if chosen == NOBODY else _pupil_of(request, chosen)
    form = _form_for(request, pupil)
    if form.is_valid():
        try:
            ticket = _open(request, pupil, form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Request no. %(number)s is open.") % {"number": ticket.number})
            return redirect("support:ticket", ticket.public_id)
    return render(request, "support/new_ticket.html", _about(pupil) | {"form": form, "pupil": pupil})


def choose_pupil(request: HttpRequest) -> HttpResponse:
    form = PupilSearchForm(request.GET if "q" in request.GET else None)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = list(find_pupils(request.user, words)[:MOST_FOUND]) if words else []
    context = {"form": form, "words": words, "found": found, "nobody": NOBODY}
    return render(request, "support/choose_pupil.html", context)


def _pupil_of(request: HttpRequest, public_id: str) -> Pupil:
    try:
        return get_object_or_404(Pupil.objects.visible_to(request.user), public_id=public_id)
    except (ValueError, TypeError) as error:
        raise Http404 from error


def _form_for(request: HttpRequest, pupil: Pupil | None) -> NewTicketForm:
    kind = AgentTicketForm if request.user.has_role(*AGENTS) else NewTicketForm
    guardianship = pupil.guardianships.legal().select_related("guardian").first() if pupil else None
    initial = {}
    if guardianship:
        guardian = guardianship.guardian
        initial = {"requester_name": guardian.polite_name, "requester_email": guardian.email}
    return kind(request.POST or None, request.FILES or None, initial=initial)


def _about(pupil: Pupil | None) -> dict[str, Any]:
    if pupil is None:
        return {}
    return {
        "enrolment": present_enrolment(pupil),
        "loan": pupil.loans.open().select_related("device").first(),
        "live_tickets": list(pupil.tickets.live()[:5]),
    }


def _open(request: HttpRequest, pupil: Pupil | None, words: dict[str, Any]) -> Any:
    at = timezone.now()
    kind = TicketKind(words["kind"])
    enrolment = present_enrolment(pupil) if pupil else None
    label = str(kind.label)
    return open_ticket(
        campaign=enrolment.campaign if enrolment else _campaign(timezone.localdate(at)),
        kind=kind,
        subject=f"{label[0].upper()}{label[1:]}" + (f" – {pupil.list_name}" if pupil else ""),
        body=words["body"],
        channel=words.get("channel", Channel.PORTAL),
        by=request.user,
        at=at,
        pupil=pupil,
        school=None
        if pupil
        else School.objects.visible_to(request.user).first()
        if "channel" not in words
        else None,
        requester_name=words.get("requester_name", ""),
        requester_email=words.get("requester_email", ""),
        files=keep_files(words["attachments"]),
    )


def _campaign(on: Any) -> Campaign:
    campaign = Campaign.objects.current(on) or Campaign.objects.with_rules().first()
    if campaign is None:
        raise Refused("no_campaign", _("No campaign is open yet."))
    return campaign
