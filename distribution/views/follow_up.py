"""The family's own pages: where the laptop is, when it comes, whom to call. No account, and nothing written."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.languages import LANGUAGES, isolated
from core.limits import GUESSES_SPAN, may_guess
from core.secret_addresses import hides_its_address
from distribution.calendar_file import calendar_of
from distribution.follow_up import convention_behind, follow_up_token, is_ours, story_of
from loans.enums import ConventionState
from loans.models import Convention, SigningLink
from loans.reading import offered_languages
from loans.views.family import answered_in_language, checked_link, compressed, family_frame, frame_of
from loans.wording import masked_name


@require_safe
@checked_link
def laptop(request: HttpRequest, link: SigningLink) -> HttpResponse:
    """After the signature: what happens next, the day, the calendar, the document; behind the same link (X5)."""
    convention = link.convention
    if convention.state != ConventionState.SIGNED:
        return redirect("loans:family")
    signatures = {signature.guardian_id: signature for signature in convention.signatures.all()}
    context = {
        "signature": signatures.get(link.guardian_id),
        "signers": [isolated(masked_name(one.signer_name)) for one in signatures.values()],
        "just_signed": request.GET.get("signe") == "1",
    }
    return render(
        request,
        "distribution/family/laptop.html",
        context | _story(convention, timezone.localdate()) | frame_of(link),
    )


@login_not_required
@never_cache
@compressed
@require_safe
@hides_its_address
def follow_up(request: HttpRequest, token: str) -> HttpResponseBase:
    """The same story behind the link of an e-mail: no document, no name but the pupil's first one."""
    convention = convention_behind(token)
    if convention is None:
        return answered_in_language(request, [*LANGUAGES.values()], lambda: _closed(request, token))

    def answer() -> HttpResponse:
        context = _story(convention, timezone.localdate()) | family_frame(convention)
        return render(request, "distribution/family/follow_up.html", context)

    languages = offered_languages(convention.campaign.rule_tree.signature)
    return answered_in_language(request, languages, answer)


def _story(convention: Convention, on: date) -> dict[str, Any]:
    return {"story": story_of(convention, on), "token": follow_up_token(convention)}


def _closed(request: HttpRequest, token: str) -> HttpResponse:
    """It leads nowhere any more; who tries many addresses that we never made waits (trust 5)."""
    too_many = not is_ours(token) and not may_guess(request, "follow-up")
    context = {"languages": [*LANGUAGES.values()], "too_many": too_many}
    template, status = "distribution/family/follow_up_closed.html", 429 if too_many else 410
    response = render(request, template, context, status=status)
    if too_many:
        response["Retry-After"] = str(GUESSES_SPAN)
    return response


@login_not_required
@never_cache
@require_safe
@hides_its_address
def calendar_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The delivery day for the family's own calendar (RFC 5545), in its language."""
    convention = convention_behind(token)
    coming = story_of(convention, timezone.localdate()).next_delivery if convention else None
    if convention is None:
        return answered_in_language(request, [*LANGUAGES.values()], lambda: _closed(request, token))
    if coming is None or coming.delivery is None:
        raise Http404
    delivery = coming.delivery

    def answer() -> HttpResponse:
        return HttpResponse(
            calendar_of(delivery, convention.pupil, at=timezone.now()),
            content_type="text/calendar; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="ordinateur.ics"'},
        )

    return answered_in_language(request, offered_languages(convention.campaign.rule_tree.signature), answer)
