"""The region's page of accounts: who may sign in, and inviting others."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import roles_allowed
from accounts.enums import Role
from accounts.forms import InvitationForm
from accounts.invitations import invite_user
from accounts.models import User
from core.refusals import Refused


@roles_allowed(Role.REGION)
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Staff outside schools; a POST invites one more person by e-mail (P12)."""
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        try:
            user = invite_user(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error("email", refusal.sentence)
        else:
            messages.success(request, _("Invitation sent to %(email)s.") % {"email": user.email})
            return redirect("accounts:people")
    staff = User.objects.exclude(role=Role.SCHOOL).order_by("role", "last_name", "email")
    return render(request, "accounts/people.html", {"form": form, "people": staff})


@roles_allowed(Role.REGION)
@require_POST
def invite_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A new link for somebody who lost the first, or forgot the password."""
    person = get_object_or_404(User.objects.exclude(role=Role.SCHOOL), public_id=public_id)
    try:
        invite_user(email=person.email, role=person.role, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Invitation sent to %(email)s.") % {"email": person.email})
    return redirect("accounts:people")
