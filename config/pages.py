"""Public pages that belong to no app: start, help, accessibility, personal data; and a region's colours."""

import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from programmes.models import Programme


COLOUR = re.compile(r"#[0-9a-f]{6}")


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


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """A programme's two colours as a style sheet, for its band and its name on families' pages (X12)."""
    programme = get_object_or_404(Programme, slug=slug)
    tokens = {"primary": programme.primary_colour, "accent": programme.accent_colour}
    rules = "".join(f"--region-{name}:{value};" for name, value in tokens.items() if COLOUR.fullmatch(value))
    return HttpResponse(f":root{{{rules}}}", content_type="text/css; charset=utf-8")
