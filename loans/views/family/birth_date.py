"""The pupil's date of birth, asked before anything is shown."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.refusals import Refused
from loans.codes import awaits_code, open_codes, send_code
from loans.forms.family import BirthDateForm
from loans.links import check_birth_date
from loans.models import SigningLink
from loans.views.family.entering import linked, remember_link
from loans.views.family.frame import frame_of
from loans.views.traces import trace_of


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
            return remember_link(_next(request, link), link, checked=True)
    return render(request, "loans/family/check.html", {"form": form} | frame_of(link), status=422)


def _next(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """The page of the convention; where the rules ask a code, it leaves at once: one touch less."""
    at = timezone.now()
    if not awaits_code(link, None, at):
        return redirect("loans:family")
    if not open_codes(link, at):
        with suppress(Refused):  # the page of the code says what to do
            send_code(link=link, at=at, trace=trace_of(request))
    return redirect("loans:family_code")
