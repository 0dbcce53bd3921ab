"""Messages to families about their convention."""

from typing import Any

from core.notifications import EmailNotification
from core.outbox import Draft


class ConventionToSign(EmailNotification):
    """A laptop awaits your child: read and sign (N3)."""

    kind = "convention_to_sign"
    template = "loans/emails/convention_to_sign"


class ConventionToSignAnew(ConventionToSign):
    """The same, to a family whose convention was replaced by another: the link it holds is closed."""

    def draft(self, **given: Any) -> Draft:
        return super().draft(**given, replaces=True)


class ConventionReminder(EmailNotification):
    """The convention still waits for a signature."""

    kind = "convention_reminder"
    template = "loans/emails/convention_reminder"


class ConventionSigned(EmailNotification):
    """Receipt: signed, by whom, when, and where to find the document."""

    kind = "convention_signed"
    template = "loans/emails/convention_signed"


class ConventionSealed(EmailNotification):
    """The signed and sealed document, attached: the family's own copy."""

    kind = "convention_sealed"
    template = "loans/emails/convention_sealed"


class SealInTrouble(EmailNotification):
    """To the region: the seal's certificate ends soon, or signed conventions wait for it (trust 22)."""

    kind = "seal_in_trouble"
    template = "loans/emails/seal_in_trouble"
    is_for_staff = True


class RefusalRecorded(EmailNotification):
    """We noted that you do not want the laptop; you may change your mind."""

    kind = "refusal_recorded"
    template = "loans/emails/refusal_recorded"


class OppositionAfterSigning(EmailNotification):
    """To the region: a parent objects to a convention the other parent signed (trust 14)."""

    kind = "opposition_after_signing"
    template = "loans/emails/opposition_after_signing"
    is_for_staff = True


class PaperRejected(EmailNotification):
    """To the school: a paper copy could not be accepted, and why (N5)."""

    kind = "paper_rejected"
    template = "loans/emails/paper_rejected"
    is_for_staff = True


class MailingToDecide(EmailNotification):
    """To the region: a mailing is counted and waits for somebody to launch or approve it (trust 58)."""

    kind = "mailing_to_decide"
    template = "loans/emails/mailing_to_decide"
    is_for_staff = True
