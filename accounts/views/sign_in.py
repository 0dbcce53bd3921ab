"""Signing in and out; accepting an invitation."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms import ChoosePasswordForm, SignInForm
from accounts.invitations import accept_invitation, open_invitation
from core.limits import GUESSES_SPAN, may_guess
from core.refusals import Refused
from core.secret_addresses import hides_its_address


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    """POST only, as Django has it."""


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@hides_its_address
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: a GET shows the form, only a POST uses the link."""
    at = timezone.now()
    try:
        opened = open_invitation(token=token, at=at)
    except Refused as refusal:
        return _closed(request, refusal)
    form = ChoosePasswordForm(request.POST or None)
    if form.is_valid():
        try:
            user = accept_invitation(token=token, password=form.cleaned_data["password"], at=at)
        except ValidationError as error:
            form.add_error("password", error)
        except Refused as refusal:
            return _closed(request, refusal)
        else:
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return redirect("home")
    return render(request, "accounts/invitation.html", {"form": form, "invited": opened.user})


def _closed(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """No such link, or no more; who tries many waits (trust 5)."""
    too_many = refusal.code == "invitation_unknown" and not may_guess(request, "invitation")
    context = {"refusal": refusal, "too_many": too_many}
    response = render(request, "accounts/invitation_closed.html", context, status=429 if too_many else 410)
    if too_many:
        response["Retry-After"] = str(GUESSES_SPAN)
    return response
