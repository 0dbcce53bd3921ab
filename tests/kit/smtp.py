"""A real SMTP server for tests: keeps what it accepts, and answers as it is told."""

import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller


class Mailbox:
    """What arrived; `answers` maps a recipient to the reply given to RCPT, such as « 550 unknown ».

    `replies` does the same for the end of the message itself; `on_message` is called with each recipient before the
    message is accepted, and may close the connection by returning False; `on_kept` the same, once it was kept.
    `takes_rows` is whether it says that commands may come in a row (RFC 2920), as most servers do.
    """

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: dict[str, str] = {}
        self.replies: dict[str, str] = {}
        self.on_message: Callable[[str], bool] = lambda recipient: True
        self.on_kept: Callable[[str], bool] = lambda recipient: True
        self.takes_rows = True

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        return [*responses[:1], "250-PIPELINING", *responses[1:]] if self.takes_rows else responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = self.answers.get(address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        recipient = envelope.rcpt_tos[0]
        if recipient in self.replies:
            return self.replies[recipient]
        if not self.on_message(recipient):
            server.transport.abort()
            return "421 bye"
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        self.messages.append(message)
        self.recipients += envelope.rcpt_tos
        if not self.on_kept(recipient):
            server.transport.abort()
        return "250 OK"

    @property
    def message_ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.messages]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def smtp_server(settings) -> Iterator[Mailbox]:
    """Serve on a free port for the time of a test, and point Django at it."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        settings.EMAIL_BACKEND = "core.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = controller.port
        yield mailbox
    finally:
        controller.stop()
