"""Messages to members of staff."""

from core.notifications import EmailNotification


class StaffInvitation(EmailNotification):
    """You may now sign in: choose a password."""

    kind = "staff_invitation"
    template = "accounts/emails/invitation"
    is_for_staff = True


class MessagesStuck(EmailNotification):
    """To the region and its operator: messages could not leave (trust 46)."""

    kind = "messages_stuck"
    template = "accounts/emails/messages_stuck"
    is_for_staff = True
