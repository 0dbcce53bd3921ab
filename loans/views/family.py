"""The family's pages, behind a link: check, read, sign or refuse, then « my file ». No account, phone first.

The link's token is seen once: it goes into a signed cookie and out of the address (trust 11). No GET writes anything
but the « seen » stamp: no session row, nothing a scanner could do.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.models import Seal
from core.refusals import Refused
from loans.enums import ConventionState
from loans.essentials import essentials
from loans.forms.family import BirthDateForm, ConsentForm, RefusalForm
from loans.links import check_birth_date, find_link, get_link, link_problem, problem_sentence, stamp_seen
from loans.models import Signature, SigningLink
from loans.signing import refuse_convention, sign_convention
from loans.views.files import stored_answer
from loans.views.traces import trace_of
from loans.wording import opening_hours, with_article


COOKIE = "cartable_lien"
SALT = "loans.family"
COOKIE_AGE = 2 * 3600  # seconds; then the message is opened again


@login_not_required
@never_cache
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Put the link into a cookie and go to an address without a secret."""
    link = find_link(token)
    if link is None:
        return render(request, "loans/family/unknown.html", status=404)
    if request.method == "GET":
        stamp_seen(link, timezone.now())
    return _remember(redirect("loans:family"), link, checked=False)


def _remember(response: HttpResponse, link: SigningLink, *, checked: bool) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        signing.dumps({"link": link.pk, "checked": checked}, salt=SALT),
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def linked(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give a family's page its `link` and whether the date of birth was `checked`; else say how to come back."""

    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        link, checked = _link_of(request)
        if link is None:
            return render(request, "loans/family/no_link.html", status=403)
        problem = link_problem(link, timezone.now())
        if problem:
            context = {"problem": problem, "sentence": problem_sentence(problem)} | frame_of(link)
            return render(request, "loans/family/problem.html", context, status=410)
        return view(request, link, checked, *args, **kwargs)

    return guarded


def checked_link(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A family's page shown only once the date of birth was given."""

    @linked
    @wraps(view)
    def guarded(
        request: HttpRequest, link: SigningLink, checked: bool, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if not checked:
            return redirect("loans:family")
        return view(request, link, *args, **kwargs)

    return guarded


def _link_of(request: HttpRequest) -> tuple[SigningLink | None, bool]:
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
    except signing.BadSignature:
        return None, False
    return get_link(kept["link"]), kept["checked"]


@require_safe
@linked
def family(request: HttpRequest, link: SigningLink, checked: bool) -> HttpResponse:
    """Where the family stands: the check, then the page of its state."""
    if not checked:
        return render(request, "loans/family/check.html", {"form": BirthDateForm()} | frame_of(link))
    pages = {ConventionState.SIGNED: _file_page, ConventionState.REFUSED: _refused_page}
    return pages.get(link.convention.state, _sign_page)(request, link)


@require_POST
@linked
def check(request: HttpRequest, link: SigningLink, checked: bool) -> HttpResponse:
    """The pupil's date of birth: a guard against messages gone astray."""
    form = BirthDateForm(request.POST)
    if form.is_valid():
        try:
            birth_on = form.cleaned_data["birth_on"]
            check_birth_date(link=link, birth_on=birth_on, at=timezone.now(), trace=trace_of(request))
        except Refused as refusal:
            if refusal.code == "link_frozen":
                return redirect("loans:family")
            form.add_error(None, refusal.sentence)
        else:
            return _remember(redirect("loans:family"), link, checked=True)
    return render(request, "loans/family/check.html", {"form": form} | frame_of(link), status=422)


def _sign_page(
    request: HttpRequest, link: SigningLink, form: ConsentForm | None = None, status: int = 200
) -> HttpResponse:
    convention = link.convention
    form = form or ConsentForm(initial={"text_sha256": convention.text.sha256})
    authority = with_article(convention.campaign.programme.region_name)
    points = essentials(convention.campaign.rule_tree, authority)
    context = {"form": form, "points": points, "sections": convention.text.sections} | frame_of(link)
    return render(request, "loans/family/sign.html", context, status=status)


def _refused_page(request: HttpRequest, link: SigningLink) -> HttpResponse:
    return render(request, "loans/family/refused.html", frame_of(link))


def _file_page(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """« My file »: what was signed, the laptop, whom to call."""
    signature = Signature.objects.get(convention=link.convention)
    loans = link.convention.pupil.loans.select_related("device__model")
    context = {
        "signature": signature,
        "is_own": signature.guardian_id == link.guardian_id,
        "loan": loans.open().main().first(),
        "just_signed": request.GET.get("signe") == "1",
    }
    return render(request, "loans/family/file.html", context | frame_of(link))


@require_POST
@checked_link
def sign(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """Sign; twice is the same as once; a changed text is read again (409)."""
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _sign_page(request, link, form, status=422)
    try:
        sign_convention(
            link=link,
            consent=str(form.fields["accept"].label),
            text_sha256=form.cleaned_data["text_sha256"],
            trace=trace_of(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        context = {"refusal": refusal} | frame_of(link)
        return render(request, "loans/family/not_signed.html", context, status=409)
    return redirect(f"{reverse('loans:family')}?signe=1")


@checked_link
def refuse(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """« I do not want the laptop »: a reason if they like, then noted."""
    form = RefusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            refuse_convention(link=link, reason=form.cleaned_data["reason"], at=timezone.now())
        except Refused as refusal:
            context = {"refusal": refusal} | frame_of(link)
            return render(request, "loans/family/not_signed.html", context, status=409)
        return redirect("loans:family")
    return render(request, "loans/family/refuse.html", {"form": form} | frame_of(link))


@require_safe
@checked_link
def sign_after_all(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """A family that refused reads the convention again."""
    if link.convention.state != ConventionState.REFUSED:
        return redirect("loans:family")
    return _sign_page(request, link)


@require_safe
@checked_link
def document(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """The signed PDF, the very bytes kept; only for whoever signed it."""
    signature = Signature.objects.filter(convention=link.convention, guardian=link.guardian).first()
    if signature is None:
        raise Http404
    if signature.document is None:
        return render(request, "loans/family/document_soon.html", frame_of(link), status=202)
    return stored_answer(Seal.objects.best_copy(signature.document), as_attachment=True)


def frame_of(link: SigningLink) -> dict[str, Any]:
    """What every family page shows around its content."""
    convention = link.convention
    helpline = convention.campaign.rule_tree.support.families
    return {
        "link": link,
        "convention": convention,
        "pupil": convention.pupil,
        "school": convention.enrolment.school,
        "programme": convention.campaign.programme,
        "signer": link.guardian.polite_name if link.guardian else convention.pupil.full_name,
        "authority": with_article(convention.campaign.programme.region_name),
        "helpline": helpline,
        "hours": opening_hours(helpline),
    }
