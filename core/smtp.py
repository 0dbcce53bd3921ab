"""Django's SMTP backend, which also remembers what the server answered: the proof that a message was accepted."""

import smtplib
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends import smtp


class _Answers:
    """Keeps the server's last reply to a whole message, such as « 250 2.0.0 Ok: queued as 4bCd »."""

    last_answer = ""

    def data(self, msg: Any) -> tuple[int, bytes]:
        code, text = super().data(msg)  # type: ignore[misc]
        self.last_answer = f"{code} {text.decode(errors='replace')}"[:300]
        return code, text


class _Plain(_Answers, smtplib.SMTP):
    pass


class _Secure(_Answers, smtplib.SMTP_SSL):
    pass


class Letter(EmailMessage):
    """A message whose bytes are already written (core/letters.py): `ready` is who sends, who reads, and the bytes."""

    ready: tuple[str, str, bytes] | None = None


class EmailBackend(smtp.EmailBackend):
    def _send(self, email_message: EmailMessage) -> bool:
        ready = getattr(email_message, "ready", None)
        if ready is None:
            return bool(super()._send(email_message))  # type: ignore[misc]
        sender, to, content = ready
        self.connection.sendmail(sender, [to], content)  # type: ignore[union-attr]
        return True

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Secure if self.use_ssl else _Plain
