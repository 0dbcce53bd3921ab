"""A copier's file: send it, see its pages come apart, settle those that need a person (N5)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from core.refusals import Refused
from loans.enums import PageProblem, PageState, ScanState
from loans.forms.scans import PageForm, ScanForm
from loans.models import Scan, ScannedPage
from loans.scans.reading import picture_of
from loans.scans.receiving import receive_scan
from loans.scans.settling import dismiss_page, name_page, send_as_it_is
from loans.views.files import picture_answer
from schools.choosing import chosen_school


OFFICES = (Role.SCHOOL,)
PAGE_SIZE = 30
UNSIGNED = (PageProblem.NOT_SIGNED, PageProblem.NO_BOX)


@roles_allowed(*OFFICES)
@require_http_methods(["GET", "POST"])
def scans(request: HttpRequest) -> HttpResponse:
    """The copier's files of this school; a POST keeps one, for a worker to read."""
    form = ScanForm(request.POST or None, request.FILES or None)
    school = chosen_school(request.user, request.GET.get("etablissement", ""))
    if school is None:
        raise Http404
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            scan = receive_scan(
                content=file.read(), name=file.name, school=school, by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
        else:
            return redirect("loans:scan", public_id=scan.public_id)
    mine = Scan.objects.visible_to(request.user).select_related("file", "uploaded_by")
    found = mine.annotate(**_figures()).order_by("-uploaded_at", "-pk")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "loans/scans.html", {"form": form, "page": page})


def _figures() -> dict[str, Any]:
    def count(*states: str) -> Count:
        return Count("pages", filter=Q(pages__state__in=states))

    return {
        "read_count": Count("pages"),
        "placed_count": count(PageState.PLACED),
        "flagged_count": count(PageState.FLAGGED),
        "waiting_count": count(PageState.READ),
        "aside_count": count(PageState.SET_ASIDE),
        "copies_count": Count("pages__copy", distinct=True),
    }


@roles_allowed(*OFFICES)
@never_cache
@require_safe
def scan(request: HttpRequest, public_id: Any) -> HttpResponse:
    """One file: how far the reading is, what was sent to the check, which pages need a person."""
    mine = Scan.objects.visible_to(request.user).select_related("file", "uploaded_by").annotate(**_figures())
    found = get_object_or_404(mine, public_id=public_id)
    flagged = found.pages.filter(state=PageState.FLAGGED).select_related("convention__pupil")
    context = {
        "scan": found,
        "is_reading": found.state == ScanState.RECEIVED,
        "read_share": found.read_count / found.pages_count if found.pages_count else 0,
        "flagged": Paginator(flagged, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(
        request, "loans/_scan.html" if request.headers.get("HX-Request") else "loans/scan.html", context
    )


def _page(request: HttpRequest, public_id: Any) -> ScannedPage:
    mine = ScannedPage.objects.filter(scan__in=Scan.objects.visible_to(request.user))
    return get_object_or_404(
        mine.select_related("scan__file", "scan__school", "convention__pupil"), public_id=public_id
    )


@roles_allowed(*OFFICES)
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, public_id: Any) -> HttpResponse:
    """One page beside the question it asks; then the next one."""
    found = _page(request, public_id)
    form = PageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            copy = name_page(
                page=found, by=request.user, at=at, on=timezone.localdate(at), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error("reference", refusal.sentence)
        else:
            noted = _("The page is noted. Its convention is not whole yet.")
            return _next(
                request, found, _sent() if copy else _why_not(found) or noted, is_good=not _why_not(found)
            )
    context = {
        "page": found,
        "form": form,
        "may_send": found.state == PageState.FLAGGED and found.problem in UNSIGNED,
        "may_name": found.state == PageState.FLAGGED and found.convention_id is None,
    }
    return render(request, "loans/scan_page.html", context)


@roles_allowed(*OFFICES)
@require_POST
def settle(request: HttpRequest, public_id: Any, decision: str) -> HttpResponse:
    """The signature is there; or this page is not needed."""
    found, at, copy = _page(request, public_id), timezone.now(), None
    try:
        if decision == "envoyer":
            copy = send_as_it_is(page=found, by=request.user, at=at, on=timezone.localdate(at))
            missing = _("Other pages of this convention are missing.")
            said = _sent() if copy else _why_not(found) or missing
        else:
            dismiss_page(page=found)
            said = _("The page is set aside. The file you sent is kept as it is.")
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("loans:scan_page", public_id=public_id)
    return _next(request, found, said, is_good=bool(copy) or decision != "envoyer")


def _sent() -> str:
    return _("The convention is whole: it is sent to the check.")


def _why_not(page: ScannedPage) -> str:
    """Why its convention was not taken; "" when nothing stands in the way but what is missing."""
    page.refresh_from_db(fields=["sentence"])
    return page.sentence


def _next(request: HttpRequest, page: ScannedPage, said: str, *, is_good: bool = True) -> HttpResponse:
    (messages.success if is_good else messages.warning)(request, said)
    flagged = page.scan.pages.filter(state=PageState.FLAGGED).exclude(pk=page.pk)
    following = flagged.filter(number__gt=page.number).first() or flagged.first()
    if following:
        return redirect("loans:scan_page", public_id=following.public_id)
    return redirect("loans:scan", public_id=page.scan.public_id)


@roles_allowed(*OFFICES)
@never_cache
@require_safe
def picture(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The page as the copier saw it, upright."""
    found = _page(request, public_id)
    return picture_answer(picture_of(found.scan.file.read_bytes(), found.number, turn=found.turn))
