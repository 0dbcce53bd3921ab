"""A mail server that costs nothing: for tests that count sixty thousand messages, not how they travel."""

from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages):
        return len(email_messages)
