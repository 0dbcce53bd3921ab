"""What the staff does with a convention: send it again, mend an address, unlock a link, sign at the desk."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import roles_allowed
from core.addresses import release_address
from core.refusals import Refused
from loans.addresses import correct_address, key_of, signatories
from loans.essentials import essentials_of
from loans.forms.acts import AddressForm, DeskForm
from loans.links import unlock_links
from loans.models import Convention
from loans.resending import resend_convention
from loans.signers import people_of
from loans.signing import sign_at_desk
from loans.views.conventions import DESKS, WRITERS, find_convention
from loans.views.traces import trace_of
from loans.wording import with_article
from schools.models import Guardian


def _tried(request: HttpRequest, convention: Convention, act: Callable[[], Any], done: str) -> HttpResponse:
    """Do it, say what became of it, go back to the convention."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done)
    return redirect("loans:convention", public_id=convention.public_id)


@roles_allowed(*WRITERS)
@require_POST
def resend(request: HttpRequest, public_id: Any) -> HttpResponse:
    convention, at = find_convention(request, public_id), timezone.now()
    return _tried(
        request,
        convention,
        lambda: resend_convention(convention=convention, by=request.user, on=timezone.localdate(at), at=at),
        _("The convention was sent again. Older links no longer work."),
    )


@roles_allowed(*WRITERS)
@require_POST
def unlock(request: HttpRequest, public_id: Any) -> HttpResponse:
    convention = find_convention(request, public_id)
    return _tried(
        request,
        convention,
        lambda: unlock_links(convention=convention, by=request.user, at=timezone.now()),
        _("The link works again: the family may try five more times."),
    )


@roles_allowed(*WRITERS)
@require_POST
def address(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Mend the address of one person, and write to it at once."""
    convention = find_convention(request, public_id)
    form = AddressForm(request.POST)
    form.is_valid()
    guardian_id = form.cleaned_data.get("guardian")
    guardian = get_object_or_404(Guardian, public_id=guardian_id) if guardian_id else None
    email, at = form.cleaned_data.get("email", ""), timezone.now()

    def correct_and_send() -> None:
        correct_address(convention=convention, guardian=guardian, email=email, by=request.user, at=at)
        key = key_of(guardian.pk if guardian else None)
        on = timezone.localdate(at)
        resend_convention(convention=convention, by=request.user, on=on, at=at, only_to=key)

    done = _("The address is corrected here and the convention sent. Mend it in the school’s base too.")
    return _tried(request, convention, correct_and_send, done)


@roles_allowed(*WRITERS)
@require_POST
def retry(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The owner says that the address works after all: write to it again."""
    convention = find_convention(request, public_id)
    form = AddressForm(request.POST)
    form.is_valid()
    guardian, at = form.cleaned_data.get("guardian"), timezone.now()
    people = {
        str(person.guardian.public_id) if person.guardian else "": person
        for person in signatories(convention)
    }

    def try_again() -> None:
        person = people.get(str(guardian or ""))
        if person is None:
            raise Refused("not_a_signatory", _("This person may not sign this convention."))
        release_address(address=person.email, by=request.user, at=at)
        on = timezone.localdate(at)
        resend_convention(convention=convention, by=request.user, on=on, at=at, only_to=person.key)

    return _tried(request, convention, try_again, _("The convention was sent to this address again."))


@roles_allowed(*DESKS)
def desk(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The signer reads on the school's screen and signs before the agent (P2)."""
    convention = find_convention(request, public_id)
    people = [one.signatory for one in people_of(convention) if one.signature is None]
    form = DeskForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        return _tried(
            request,
            convention,
            lambda: sign_at_desk(
                convention=convention,
                guardian=form.signatory.guardian,
                consent=str(form.fields["accept"].label),
                text_sha256=form.cleaned_data["text_sha256"],
                trace=trace_of(request),
                by=request.user,
                at=timezone.now(),
                witness=form.witness,
            ),
            _("Signed."),
        )
    if not form.is_bound:
        form.initial["text_sha256"] = convention.text.sha256
    authority = with_article(convention.campaign.programme.region_name)
    context = {
        "convention": convention,
        "form": form,
        "people": people,
        "points": essentials_of(convention, authority),
    }
    return render(request, "loans/desk.html", context)
