"""Letters handed to a mail server with few words: what it may answer, and the connection left sound for the next."""

import socket
import threading
from contextlib import contextmanager

import pytest
from django.core.mail import get_connection

from core.outbox.answers import Meaning, meaning_of
from tests.core.test_letters import AT
from tests.kit.smtp import smtp_server


SENDER, READER = "ne-pas-repondre@example.org", "a@example.org"
LETTER = b"Subject: un\r\n\r\n.une\r\ndeux"


class Played(threading.Thread):
    """A server that answers each trip from a list, in bytes, and hangs up after the last; `heard` is what came."""

    def __init__(self, answers: list[bytes]) -> None:
        super().__init__()
        self._answers, self.heard = answers, []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]

    def run(self) -> None:
        with self._door, self._door.accept()[0] as visitor:
            visitor.sendall(b"220 ready\r\n")
            for answer in [b"250-here\r\n250 PIPELINING\r\n", *self._answers]:
                self.heard.append(visitor.recv(65536))
                visitor.sendall(answer)


@contextmanager
def played(settings, *answers: bytes):
    server = Played(list(answers))
    settings.EMAIL_BACKEND = "core.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    server.start()
    connection = get_connection()
    connection.open()
    try:
        yield server, connection
    finally:
        connection.connection.close()
        server.join(20)


def test_a_letter_takes_two_trips_and_its_answer_is_kept(settings):
    with played(settings, b"250 a\r\n250 b\r\n354 c\r\n", b"250 2.0.0 queued as 4bCd\r\n") as (
        server,
        connection,
    ):
        assert connection.hand_over(SENDER, READER, LETTER) == "250 2.0.0 queued as 4bCd"
    assert server.heard[1] == f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<{READER}>\r\nDATA\r\n".encode()
    assert server.heard[2] == b"Subject: un\r\n\r\n..une\r\ndeux\r\n.\r\n"


@pytest.mark.trust(50)
@pytest.mark.parametrize(
    ("answers", "meaning", "heard"),
    [
        ([b"250 a\r\n550 5.1.1 unknown\r\n503 nobody\r\n", b"250 reset\r\n"], Meaning.BOUNCED, b"rset\r\n"),
        ([b"250 a\r\n550 5.1.1 unknown\r\n354 go on\r\n", b"554 nobody\r\n"], Meaning.BOUNCED, b".\r\n"),
        ([b"250 a\r\n450 4.2.0 later\r\n503 nobody\r\n", b"250 reset\r\n"], Meaning.LATER, b"rset\r\n"),
        ([b"250 a\r\n250 b\r\n554 5.7.1 refused\r\n", b"250 reset\r\n"], Meaning.BOUNCED, b"rset\r\n"),
        ([b"451 4.3.0 later\r\n503 a\r\n503 b\r\n", b"250 reset\r\n"], Meaning.LATER, b"rset\r\n"),
        ([b"250 a\r\n250 b\r\n354 c\r\n", b"552 5.3.4 too big\r\n", b"250 reset\r\n"], Meaning.BOUNCED, b"rset\r\n"),
        ([b"421 4.3.2 closing\r\n"], Meaning.LATER, b"DATA\r\n"),
        ([b"250 a\r\n421 4.3.2 closing\r\n"], Meaning.LATER, b"DATA\r\n"),
        ([b"250 a\r\n550 5.1.1 unknown\r\n"], Meaning.BOUNCED, b"DATA\r\n"),
        ([b"250 a\r\n250 b\r\n354 c\r\n"], Meaning.LATER, b"DATA\r\n"),
        ([b""], Meaning.LATER, b"DATA\r\n"),
    ],
)  # fmt: skip
def test_a_refusal_in_a_row_of_answers_is_the_right_one_s(settings, answers, meaning, heard):
    with played(settings, *answers) as (server, connection), pytest.raises(OSError) as refused:  # noqa: PT011
        connection.hand_over(SENDER, READER, LETTER)
    assert meaning_of(refused.value, at=AT).meaning == meaning
    assert server.heard[-1].endswith(heard)


@pytest.mark.parametrize("takes_rows", [True, False])
def test_the_letter_after_a_refused_one_arrives_as_it_was_written(settings, takes_rows):
    with smtp_server(settings) as mailbox:
        mailbox.takes_rows = takes_rows
        mailbox.answers[READER] = "550 5.1.1 unknown"
        connection = get_connection()
        connection.open()
        with pytest.raises(OSError):  # noqa: PT011
            connection.hand_over(SENDER, READER, LETTER)
        connection.hand_over(SENDER, "b@example.org", LETTER)
        connection.close()
    assert mailbox.recipients == ["b@example.org"]
    assert mailbox.messages[0].get_content().splitlines() == [".une", "deux"]
