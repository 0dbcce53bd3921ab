"""Letting people in: invite, accept."""

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Invitation, User
from accounts.notifications import StaffInvitation
from core.outbox import enqueue
from core.refusals import Refused
from core.tokens import hidden, new_token, token_digest


VALIDITY = timedelta(days=14)


@transaction.atomic
def invite_user(
    *, email: str, role: str, first_name: str = "", last_name: str = "", by: User | None, at: datetime
) -> User:
    """Create the person if need be and e-mail a link to choose a password.

    Inviting somebody again sends a new link and closes the old ones: the way out of a forgotten password.
    Raises Refused(`other_role`) when the address belongs to another trade, Refused(`account_closed`).
    """
    user, _created = User.objects.select_for_update().get_or_create(
        email=email.strip().lower(),
        defaults={"role": role, "first_name": first_name, "last_name": last_name, "password": "!"},
    )
    if user.role != role:
        raise Refused("other_role", _("This address already belongs to somebody with another role."))
    if not user.is_active:
        raise Refused("account_closed", _("This account is closed."))
    _send_link(user, by, at)
    return user


def _send_link(user: User, by: User | None, at: datetime) -> None:
    user.invitations.filter(accepted_at=None).update(expires_at=at)
    token = new_token()
    invitation = Invitation.objects.create(
        user=user, token_hash=token_digest(token), invited_by=by, sent_at=at, expires_at=at + VALIDITY
    )
    enqueue(
        StaffInvitation().draft(
            key=f"invitation {invitation.pk}",
            about=f"user:{user.public_id}",
            to=user.email,
            due_at=at,
            user=user,
            path=reverse("accounts:accept_invitation", args=[hidden(token)]),
            expires_at=invitation.expires_at,
        )
    )


def open_invitation(*, token: str, at: datetime) -> Invitation:
    """The invitation behind a link; raises Refused(`invitation_unknown`), or `invitation_closed` for a used or old one.

    The link of somebody whose account was closed meanwhile is closed too. The sentence is the same.
    """
    invitation = Invitation.objects.filter(token_hash=token_digest(token)).select_related("user").first()
    if invitation is None:
        raise Refused("invitation_unknown", _no_longer_valid())
    if not invitation.is_open(at) or not invitation.user.is_active:
        raise Refused("invitation_closed", _no_longer_valid())
    return invitation


def _no_longer_valid() -> str:
    return _("This link is no longer valid. Ask the person who invited you to send a new one.")


@transaction.atomic
def accept_invitation(*, token: str, password: str, at: datetime) -> User:
    """Choose the password and close the link. Raises Refused, or ValidationError for a weak password."""
    user = User.objects.select_for_update().get(pk=open_invitation(token=token, at=at).user_id)
    invitation = open_invitation(
        token=token, at=at
    )  # as it is behind the lock: somebody may have been quicker
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    return user
