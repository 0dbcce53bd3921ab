"""The school hands over a single-use code, to somebody whose face it knows."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import roles_allowed
from core.refusals import Refused
from loans.codes import hand_over_code, people_for_codes
from loans.forms.acts import AddressForm
from loans.views.conventions import DESKS, find_convention
from schools.models import Guardian


@roles_allowed(*DESKS)
@never_cache
@require_POST
def hand_over(request: HttpRequest, public_id: Any) -> HttpResponse:
    """A sheet with the six figures, shown once; asked again, it is another code."""
    convention = find_convention(request, public_id)
    form = AddressForm(request.POST)
    form.is_valid()
    public = form.cleaned_data.get("guardian")
    guardian = get_object_or_404(Guardian, public_id=public) if public else None
    try:
        code, digits = hand_over_code(
            convention=convention, guardian=guardian, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("loans:convention", public_id=convention.public_id)
    person = next(person for person in people_for_codes(convention) if person.guardian == guardian)
    context = {"convention": convention, "code": code, "digits": digits, "person": person}
    return render(request, "loans/code_to_hand_over.html", context)
