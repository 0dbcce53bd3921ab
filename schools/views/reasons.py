"""A person's yes or no, always with a reason: the shape of every such decision, here and in the apps above."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Refused
from schools.forms import DecisionForm


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person answered with: who, at which instant of which day, and why."""

    by: Any
    at: datetime
    on: date
    why: str


def decide_with_reason(
    request: HttpRequest, *, act: Callable[[Answer], str], back_to: str, **address: Any
) -> HttpResponse:
    """Read the reason, do the act, say the sentence it gave back or that of its refusal; then the page it came from."""
    form = DecisionForm(request.POST)
    if form.is_valid():
        at = timezone.now()
        _answered(request, Answer(request.user, at, timezone.localdate(at), form.cleaned_data["reason"]), act)
    else:
        messages.error(request, _("Say why: those who come after you will want to know."))
    return redirect(back_to, **address)


def _answered(request: HttpRequest, answer: Answer, act: Callable[[Answer], str]) -> None:
    try:
        messages.success(request, act(answer))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
