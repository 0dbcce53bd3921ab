"""Where the family stands: the check, the text to sign, what it refused, or the story of the laptop."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from loans.enums import ConventionState
from loans.forms.family import BirthDateForm
from loans.models import SigningLink
from loans.views.family.entering import linked
from loans.views.family.frame import frame_of
from loans.views.family.halfway import half_page, opposed_page
from loans.views.family.leaving import left_page
from loans.views.family.one_time_code import is_awaited
from loans.views.family.signing import sign_page


@require_safe
@linked
def family(request: HttpRequest, link: SigningLink, checked: bool) -> HttpResponse:
    """Where the family stands: the check, then the page of its state."""
    if not checked:
        return render(request, "loans/family/check.html", {"form": BirthDateForm()} | frame_of(link))
    if is_awaited(request, link):
        return redirect("loans:family_code")
    return _page_of(link)(request, link)


def _page_of(link: SigningLink) -> Callable[[HttpRequest, SigningLink], HttpResponse]:
    """The page of the convention's state, and of what this person already did."""
    convention = link.convention
    pages = {
        ConventionState.SIGNED: _laptop_page,
        ConventionState.REFUSED: _refused_page,
        ConventionState.OPPOSED: opposed_page,
    }
    if convention.state in pages:
        return pages[ConventionState(convention.state)]
    if convention.signatures.filter(guardian=link.guardian_id).exists():
        return half_page
    if convention.delegations.filter(guardian=link.guardian_id).exists():
        return left_page
    return sign_page


def _laptop_page(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """Signed: what comes next is told by the app that plans deliveries."""
    return redirect(settings.LAPTOP_PAGE)


def _refused_page(request: HttpRequest, link: SigningLink) -> HttpResponse:
    refused_by = link.convention.refused_by_id
    context = {"is_own": refused_by in (None, link.guardian_id)}
    return render(request, "loans/family/refused.html", context | frame_of(link))
