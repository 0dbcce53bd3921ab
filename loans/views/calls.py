"""The list of families to phone, a press for what became of each call; the same list on paper (N17)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from core.refusals import Refused
from loans.calls import CallList, call_list, calls_of, record_call, schools_by_calls
from loans.enums import CallOutcome
from loans.forms.calls import CallForm
from loans.letters_to_print import letters_pdf
from loans.views.conventions import WRITERS, find_convention
from loans.views.files import bytes_answer
from schools.choosing import chosen_school, present_campaign
from schools.models import Guardian, School


PAGE = 50


@roles_allowed(*WRITERS)
@never_cache
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Whom to phone, class by class, and why; the region and the helpdesk choose a school first."""
    if found := _asked(request):
        page = Paginator(found.rows, PAGE).get_page(request.GET.get("page"))
        return render(
            request,
            "loans/calls.html",
            {**_context(request, found), "page": page, "calls": calls_of(list(page))},
        )
    schools = School.objects.visible_to(request.user)
    campaign = present_campaign(timezone.localdate())
    if campaign is None:
        return render(request, "loans/no_campaign.html")
    members = schools.members_of(campaign).order_by("name", "uai")
    page = Paginator(schools_by_calls(members, campaign), PAGE).get_page(request.GET.get("page"))
    return render(request, "loans/calls_schools.html", {"page": page})


def _asked(request: HttpRequest) -> CallList | None:
    campaign = present_campaign(timezone.localdate())
    school = chosen_school(request.user, request.GET.get("etablissement", ""))
    if campaign is None or school is None:
        return None
    return call_list(school=school, campaign=campaign).of_class(request.GET.get("classe", ""))


def _context(request: HttpRequest, found: CallList) -> dict[str, Any]:
    mine = School.objects.visible_to(request.user) if request.user.has_role(Role.SCHOOL) else []
    whole = call_list(school=found.school, campaign=found.campaign)
    return {
        "school": found.school,
        "schools": mine,
        "classes": whole.classes,
        "chosen": request.GET.get("classe", ""),
        "outcomes": CallOutcome.choices,
    }


@roles_allowed(*WRITERS)
@never_cache
@require_safe
def to_print(request: HttpRequest) -> HttpResponse:
    """The list to take to the telephone, with boxes to tick."""
    found = _asked(request)
    if found is None:
        raise Http404
    context = {**_context(request, found), "calls": calls_of(list(found.rows)), "on": timezone.localdate()}
    return render(request, "loans/calls_print.html", context)


@roles_allowed(*WRITERS)
@require_POST
def note(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One press: what became of the call."""
    convention = find_convention(request, public_id)
    form = CallForm(request.POST)
    form.is_valid()
    guardian_id = form.cleaned_data.get("guardian")
    guardian = get_object_or_404(Guardian, public_id=guardian_id) if guardian_id else None
    try:
        record_call(
            convention=convention,
            guardian=guardian,
            outcome=form.cleaned_data.get("outcome", ""),
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        if not request.headers.get("HX-Request"):
            messages.error(request, refusal.sentence)
    if request.headers.get("HX-Request"):
        [call] = calls_of([convention])
        return render(request, "loans/_call.html", {"call": call, "outcomes": CallOutcome.choices})
    return redirect(form.back)


@roles_allowed(*WRITERS)
@require_POST
def letters(request: HttpRequest) -> HttpResponse:
    """One PDF: a letter with its own code for each family to whom nobody can write, then its convention."""
    found = _asked(request)
    if found is None:
        raise Http404
    at = timezone.now()
    content = letters_pdf(found.rows, by=request.user, at=at)
    if content is None:
        messages.info(request, _("No letter to print: every family of this list can be written to."))
        return redirect(f"{request.path.removesuffix('lettres/')}?{request.GET.urlencode()}")
    return bytes_answer(content, f"lettres-{request.GET.get('classe') or 'familles'}.pdf")
