"""Messages to members of staff."""

from core.notifications import EmailNotification


class StaffInvitation(EmailNotification):
    """You may now sign in: choose a password."""

    kind = "staff_invitation"
    template = "accounts/emails/invitation"
