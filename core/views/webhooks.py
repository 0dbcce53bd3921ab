"""The door of mail providers: Anymail checks who calls and reads their words; one act does the rest.

A door stays shut until its secret is set: `ANYMAIL_WEBHOOK_SECRET` (name:password, by HTTP Basic), and for Mailgun
its signing key.
"""

from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.http import HttpRequest
from django.utils import timezone

from core.provider_reports import Told, note_report


class Ear:
    """Stands where Anymail would send a signal: each event goes straight to the act, and nobody else listens."""

    def send(self, sender: type, event: Any, esp_name: str) -> None:
        note_report(_told(event, esp_name), at=timezone.now())


def _told(event: Any, provider: str) -> Told:
    """`event` is an `anymail.signals.AnymailTrackingEvent`."""
    return Told(
        provider=provider,
        kind=event.event_type or "",
        message_id=str(event.message_id or ""),
        recipient=event.recipient or "",
        reason=event.reject_reason or "",
        detail=event.mta_response or event.description or "",
        event_id=str(event.event_id or ""),
        our_id=str((event.metadata or {}).get("message", "")),
        at=event.timestamp,
    )


class Shut(AnymailBaseWebhookView):
    """No secret, no entry: Anymail itself only warns."""

    signal = Ear()
    warn_if_no_basic_auth = False

    def validate_request(self, request: HttpRequest) -> None:
        if not self.basic_auth:
            raise AnymailWebhookValidationFailure("No webhook secret is set.")


class Brevo(Shut, BrevoTrackingWebhookView):
    pass


class Mailjet(Shut, MailjetTrackingWebhookView):
    pass


class Postmark(Shut, PostmarkTrackingWebhookView):
    pass


class Mailgun(MailgunTrackingWebhookView):
    """Signed by Mailgun itself; without a signing key nobody enters."""

    signal = Ear()

    def validate_request(self, request: HttpRequest) -> None:
        if not self.webhook_signing_key:
            raise AnymailWebhookValidationFailure("No signing key is set.")
