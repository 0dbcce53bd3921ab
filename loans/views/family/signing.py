"""Sign, or say no."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_POST, require_safe

from core.languages import FRENCH
from core.refusals import Refused
from loans.delegating import may_leave_to_other
from loans.enums import ConventionState
from loans.essentials import essentials_of
from loans.forms.family import CONSENT, ConsentForm, RefusalForm
from loans.models import SigningLink
from loans.refusing import refuse_convention
from loans.rereading import changes_for_reader, changes_since
from loans.signing import sign_convention
from loans.views.family.entering import checked_link, code_of
from loans.views.family.frame import authority_to_read, frame_of
from loans.views.family.one_time_code import coded_link
from loans.views.traces import trace_of
from loans.wording import masked_name


def sign_page(
    request: HttpRequest, link: SigningLink, form: ConsentForm | None = None, status: int = 200
) -> HttpResponse:
    convention = link.convention
    form = form or ConsentForm(initial={"text_sha256": convention.text.sha256})
    authority = authority_to_read(convention.campaign.programme)
    points = essentials_of(convention, authority)
    other = convention.signatures.exclude(guardian=link.guardian_id).last()
    context = {
        "form": form,
        "points": points,
        "sections": convention.text.sections,
        "consent": french_consent(),
        "changes": changes_for_reader(link),
        "other_signature": other,
        "other_signer": masked_name(other.signer_name) if other else "",
        "may_leave": may_leave_to_other(link),
        "may_oppose": link.guardian_id is not None,
    } | frame_of(link)
    return render(request, "loans/family/sign.html", context, status=status)


def french_consent() -> str:
    """The sentence that commits, kept as evidence: always the French one, whatever was read beside it."""
    with translation.override(FRENCH.code):
        return str(CONSENT)


@require_POST
@coded_link
def sign(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """Sign; twice is the same as once; a changed text is read again (409)."""
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return sign_page(request, link, form, status=422)
    try:
        sign_convention(
            link=link,
            consent=french_consent(),
            text_sha256=form.cleaned_data["text_sha256"],
            trace=trace_of(request),
            code_id=code_of(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        read = form.cleaned_data["text_sha256"]
        changes = changes_since(link.convention, read) if refusal.code == "text_changed" else []
        context = {"refusal": refusal, "changes": changes} | frame_of(link)
        return render(request, "loans/family/not_signed.html", context, status=409)
    return redirect(f"{reverse(settings.LAPTOP_PAGE)}?signe=1")


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
@coded_link
def sign_after_all(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """A family that refused, or left it to the other parent, reads the convention again."""
    has_left = link.convention.delegations.filter(guardian=link.guardian_id).exists()
    if link.convention.state != ConventionState.REFUSED and not (has_left and _is_waiting(link)):
        return redirect("loans:family")
    return sign_page(request, link)


def _is_waiting(link: SigningLink) -> bool:
    return link.convention.state in (ConventionState.DRAFT, ConventionState.SENT)
