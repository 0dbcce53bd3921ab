"""Django's SMTP backend, which also remembers what the server answered: the proof that a message was accepted."""

import smtplib
from typing import Any

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


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Secure if self.use_ssl else _Plain
