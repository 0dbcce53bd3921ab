"""Letters written directly read as those Django writes; whatever is not plain is left to Django."""

from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser

import pytest
from django.core.mail import EmailMessage
from hypothesis import given
from hypothesis import strategies as st

from core.letters import envelope_sender, letter


AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
SENDER = "Région d’Essai <ne-pas-repondre@example.org>"
NAME = "<1@example.org>"


def ours(**changes) -> bytes | None:
    given_ = {
        "sender": SENDER,
        "to": "a@example.org",
        "subject": "Un objet",
        "body": "Bonjour\n",
        "message_id": NAME,
    }
    return letter(**given_ | changes, at=AT)


def read(content: bytes):
    return BytesParser(policy=policy.default).parsebytes(content)


def by_django(subject: str, body: str):
    headers = {"Message-ID": NAME, "Auto-Submitted": "auto-generated"}
    email = EmailMessage(subject, body, SENDER, ["a@example.org"], headers=headers)
    return read(email.message().as_bytes(linesep="\r\n"))


@given(
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=200),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=400),
)
def test_it_reads_as_django_writes_it(subject, body):
    subject = " ".join(subject.split())  # as the outbox keeps it
    content = ours(subject=subject, body=body)
    mine, theirs = read(content), by_django(subject, body)
    assert mine.get_content() == theirs.get_content()
    assert mine["Subject"] == subject
    for name in ("From", "To", "Message-ID", "Auto-Submitted", "MIME-Version"):
        assert mine[name] == theirs[name]
    assert {name.lower() for name in mine} == {name.lower() for name in theirs}
    assert not mine.defects
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))


@given(st.text(st.sampled_from('ab é\r\n:%0a=?<>\u2028\u0085\t,;"@'), max_size=80))
def test_no_subject_adds_a_header(words):
    found = read(ours(subject=f"{words}\r\nBcc: ailleurs@example.test"))
    assert "bcc" not in {name.lower() for name in found}
    assert found["To"] == "a@example.org"


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "a@example.org\r\nBcc: b@example.org"},
        {"to": "Anne <a@example.org>"},
        {"to": "a@example.org, b@example.org"},
        {"to": "élève@example.org"},
        {"to": "a@@example.org"},
        {"to": ""},
        {"body": "a" * 999},
    ],
)
def test_what_is_not_plain_is_left_to_django(changes):
    assert ours(**changes) is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ends_as_smtp_wants(end):
    assert ours(body=f"une{end}deux{end}").endswith(b"\r\n\r\nune\r\ndeux\r\n")


def test_bounces_come_back_to_the_bare_address():
    assert (
        envelope_sender(SENDER)
        == envelope_sender("ne-pas-repondre@example.org")
        == "ne-pas-repondre@example.org"
    )
