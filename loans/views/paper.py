"""Paper conventions: the school prints and uploads, the supplier checks (N5)."""

from typing import Any

from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from accounts.models import User
from core.refusals import Refused
from loans.documents import render_paper_pdf
from loans.forms.acts import ReviewForm, UploadForm
from loans.models import Convention, PaperCopy
from loans.paper import paper_due, paper_opens_on, review_paper, upload_paper
from loans.scans.reading import count_pages, picture_of
from loans.views.conventions import find_convention
from loans.views.files import bytes_answer, picture_answer, stored_answer
from programmes.models import Campaign


OFFICES = (Role.SCHOOL,)
CHECKERS = (Role.SUPPLIER, Role.REGION)  # which of the two, the rules say
SHEETS_SHOWN = 12  # a convention has two or three; the rest of a strange file opens in another tab
SELF = "'self'"
NONE = "'none'"


@roles_allowed(*OFFICES)
@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """Who may sign on paper today: print, then send the scan; rejected scans first."""
    rows = _due(request.user)
    chosen = request.GET.get("classe", "")
    classes = sorted({row.enrolment.class_code for row in rows})
    shown = [row for row in rows if not chosen or row.enrolment.class_code == chosen]
    campaign = Campaign.objects.current(timezone.localdate())
    context = {
        "rows": shown,
        "classes": classes,
        "chosen": chosen,
        "opens_on": paper_opens_on(campaign) if campaign else None,
        "is_open": bool(campaign) and timezone.localdate() >= paper_opens_on(campaign),
    }
    return render(request, "loans/paper.html", context)


def _due(user: User) -> list[Convention]:
    on = timezone.localdate()
    rows: list[Convention] = []
    for campaign in Campaign.objects.with_rules().running(on):
        due = paper_due(campaign=campaign, on=on).visible_to(user)
        rows += (
            due.select_related("pupil", "enrolment__school")
            .prefetch_related("paper_copies")
            .order_by("enrolment__class_code", "pupil__search_key")
        )
    for row in rows:
        row.last_copy = max(row.paper_copies.all(), key=lambda copy: copy.uploaded_at, default=None)
    return rows


@roles_allowed(*OFFICES)
@never_cache
@require_safe
def print_class(request: HttpRequest) -> HttpResponse:
    """One PDF with every convention to sign of a class, or of the school."""
    chosen = request.GET.get("classe", "")
    rows = [row for row in _due(request.user) if not chosen or row.enrolment.class_code == chosen]
    if not rows:
        messages.info(request, _("Nothing to print: every convention is signed, or it is too early."))
        return paper(request)
    return bytes_answer(render_paper_pdf(rows), f"conventions-{chosen or 'a-signer'}.pdf")


@roles_allowed(*OFFICES)
def upload(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Send the scan of one signed convention."""
    convention = find_convention(request, public_id)
    form = UploadForm(request.POST or None, request.FILES or None, convention=convention)
    if request.method == "POST" and form.is_valid():
        at, file = timezone.now(), form.cleaned_data["file"]
        try:
            upload_paper(
                convention=convention,
                content=file.read(),
                name=file.name,
                guardian=form.guardian,
                by=request.user,
                at=at,
                on=timezone.localdate(at),
            )
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
        else:
            messages.success(
                request, _("The scan is received. It counts once it is checked, within a few days.")
            )
            return redirect("loans:paper")
    return render(request, "loans/paper_upload.html", {"form": form, "convention": convention})


def _queue(user: User) -> Any:
    """The scans this trade must check, by the rules of each campaign, the oldest first."""
    pending = PaperCopy.objects.pending().select_related(
        "convention__pupil",
        "convention__enrolment__school",
        "convention__campaign__rules",
        "file",
        "guardian",
    )
    return [
        copy
        for copy in pending.order_by("uploaded_at", "pk")
        if user.has_role(copy.convention.campaign.rule_tree.signature.paper_validated_by)
    ]


@roles_allowed(*CHECKERS)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The scans waiting for a check."""
    return render(request, "loans/paper_queue.html", {"copies": _queue(request.user)})


@roles_allowed(*CHECKERS)
def review(request: HttpRequest, public_id: Any) -> HttpResponse:
    """One scan beside what it must say: accept it, or reject it with a reason; then the next one."""
    copies = PaperCopy.objects.visible_to(request.user).select_related(
        "convention__pupil",
        "convention__enrolment__school",
        "convention__campaign__rules",
        "file",
        "guardian",
    )
    copy = get_object_or_404(copies, public_id=public_id)
    form = ReviewForm(request.POST or None, copy=copy)
    if request.method == "POST" and form.is_valid():
        try:
            review_paper(
                copy=copy,
                accept=form.cleaned_data["decision"] == "accept",
                reason=form.cleaned_data["reason"],
                guardian=form.guardian,
                by_everyone=form.is_by_everyone,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("reason", refusal.sentence)
        else:
            following = next(iter(_queue(request.user)), None)
            messages.success(
                request, _("Done. Here is the next scan.") if following else _("Done: no scan left.")
            )
            if following:
                return redirect("loans:paper_review", public_id=following.public_id)
            return redirect("loans:paper_queue")
    context = {"copy": copy, "form": form, "sheets": _sheets(copy)}
    return render(request, "loans/paper_review.html", context)


def _sheets(copy: PaperCopy) -> list[tuple[int, int]]:
    """The pages of a PDF to show, the last first: it bears the signature. None of a photograph, or of a broken file."""
    if copy.file.content_type != "application/pdf":
        return []
    try:
        count = count_pages(copy.file.read_bytes())
    except Refused:
        return []
    return [(number, count) for number in (count, *range(1, min(count, SHEETS_SHOWN)))]


@roles_allowed(*CHECKERS)
@never_cache
@require_safe
def picture(request: HttpRequest, public_id: Any, number: int) -> HttpResponse:
    """One page of the scan: a picture leaves the keys and the scrolling to the page around it."""
    copy = get_object_or_404(
        PaperCopy.objects.visible_to(request.user).select_related("file"), public_id=public_id
    )
    if number not in [page for page, _count in _sheets(copy)]:
        raise Http404
    return picture_answer(picture_of(copy.file.read_bytes(), number))


@roles_allowed(*CHECKERS, *OFFICES)
@never_cache
@xframe_options_sameorigin
@csp_replace(
    {"default-src": [NONE], "img-src": [SELF], "style-src": ["'unsafe-inline'"], "frame-ancestors": [SELF]}
)
@require_safe
def scan(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The scan as it was received, shown inside our own page only."""
    copy = get_object_or_404(
        PaperCopy.objects.visible_to(request.user).select_related("file"), public_id=public_id
    )
    return stored_answer(copy.file, as_attachment=False)
