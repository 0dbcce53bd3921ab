"""The demo's inbox: a real SMTP sink writes files, and `/boite/` shows them while DEBUG is on."""

import smtplib
from email.message import EmailMessage

import pytest
from django.core.mail import EmailMessage as Outgoing
from django.core.mail import get_connection
from django.urls import reverse

from config.inbox import kept_mails
from config.smtp_sink import MailSink


@pytest.fixture
def sink(tmp_path, settings):
    settings.DEBUG = True
    settings.MAIL_DIR = tmp_path / "mail"
    sink = MailSink(settings.MAIL_DIR)
    sink.launch()
    sink.wait()
    yield sink
    sink.stop()


def send(sink: MailSink, to: str, subject: str = "Convention", body: str = "Bonjour") -> None:
    smtp = get_connection("django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=sink.port)
    mail = Outgoing(subject, body, "cartable@example.org", [to], connection=smtp)
    mail.attach("Convention signée.pdf", b"%PDF-1.7", "application/pdf")
    mail.send()


@pytest.mark.django_db
def test_the_inbox_lists_newest_first_and_searches_by_recipient(sink, client):
    send(sink, "roux@example.org", "Premier courriel, au sujet très accentué de la convention de l’élève")
    send(sink, "petit@example.org", "Second courriel")
    page = client.get(reverse("inbox:list")).content.decode()
    first = "Premier courriel, au sujet très accentué de la convention de l’élève"
    assert page.index("Second courriel") < page.index(first)
    found = client.get(reverse("inbox:list"), {"a": "ROUX@"}).content.decode()
    assert "Premier courriel" in found
    assert "Second courriel" not in found


@pytest.mark.django_db
def test_a_letter_shows_its_links_and_escapes_its_text(sink, client):
    send(sink, "roux@example.org", body="<b>Signez</b> : http://127.0.0.1:8000/c/abc/?x=1 <script>")
    (mail,) = kept_mails()
    page = client.get(reverse("inbox:letter", args=[mail.name])).content.decode()
    assert '<a href="http://127.0.0.1:8000/c/abc/?x=1"' in page
    assert "&lt;b&gt;Signez&lt;/b&gt;" in page
    assert "<b>Signez" not in page


@pytest.mark.django_db
def test_an_attachment_is_downloaded_and_an_unknown_one_is_not_found(sink, client):
    send(sink, "roux@example.org")
    (mail,) = kept_mails()
    assert mail.attachments == [("Convention signée.pdf", 8)]
    answer = client.get(reverse("inbox:attachment", args=[mail.name, 1]))
    assert answer.content == b"%PDF-1.7"
    assert answer["Content-Disposition"] == "attachment"
    assert client.get(reverse("inbox:attachment", args=[mail.name, 2])).status_code == 404
    assert client.get(reverse("inbox:letter", args=["0-unknown"])).status_code == 404


@pytest.mark.django_db
def test_without_debug_there_is_no_inbox(sink, client, settings):
    send(sink, "roux@example.org")
    (mail,) = kept_mails()
    settings.DEBUG = False
    assert client.get(reverse("inbox:list")).status_code == 404
    assert client.get(reverse("inbox:letter", args=[mail.name])).status_code == 404
    assert client.get(reverse("inbox:attachment", args=[mail.name, 1])).status_code == 404


def test_each_accepted_message_is_one_whole_file_with_its_message_id(sink):
    message = EmailMessage()
    message["Message-ID"] = "<convention-1@cartable.example.org>"
    message.set_content("Bonjour")
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        for _ in range(50):
            client.send_message(message, "cartable@example.org", ["a@example.org", "b@example.org"])
    mails = kept_mails()
    assert len(mails) == 50
    assert {mail.message_id for mail in mails} == {"<convention-1@cartable.example.org>"}
    assert {mail.recipients for mail in mails} == {"a@example.org, b@example.org"}
