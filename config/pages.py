"""Public pages that belong to no app: start, help, accessibility, personal data."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What Cartable is, for families and for schools; the door to the staff's space."""
    return render(request, "pages/start.html")


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Help for families: questions, opening hours, whom to call (N13)."""
    return render(request, "pages/help.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement, honest about what was checked and how."""
    return render(request, "pages/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice: who, why, where from, how long, which rights (P13)."""
    return render(request, "pages/privacy.html")
