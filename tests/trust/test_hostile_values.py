"""Hostile names come in by the file, are kept whole, and do nothing wherever they go out (trust 39)."""

import logging
import unicodedata

import pypdfium2
import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from lxml import html

from accounts.enums import Role
from core.models import Message
from core.outbox import deliver_due
from loans.conventions import issue_conventions
from loans.documents import render_paper_pdf
from loans.mailing import send_due
from loans.models import Convention
from schools.models import Enrolment, Guardian, Pupil
from tests.kit.log_lines import log_lines
from tests.kit.smtp import smtp_server
from tests.permissions.rows import STAFF
from tests.permissions.table import TABLE
from tests.trust.hostile import FAR, OVERRIDE, address_of
from tests.trust.hostile_world import AT, ON, theirs


pytestmark = pytest.mark.django_db
HEADERS = {
    "subject", "from", "to", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding",
    "auto-submitted",
}  # fmt: skip


@pytest.mark.trust(39)
def test_names_are_kept_whole_up_to_the_width_of_their_column(imported, hostiles):
    stored = list(theirs())
    script, long = stored[2], stored[-1]
    assert (stored[0].family_name, stored[0].given_name) == ("=cmd|' /C calc'!A0", "@SUM(1+1)")
    assert (script.family_name, script.given_name[:6]) == ("<script>alert(39)</script>", '"><img')
    assert (len(long.family_name), len(long.given_name)) == (100, 100)
    header = stored[7]
    assert header.family_name == f"Essai Bcc: {FAR}"  # one line: what was a line end is a space
    assert not any(
        "\r" in text or "\n" in text for pupil in stored for text in (pupil.given_name, pupil.full_name)
    )


@pytest.mark.trust(39)
def test_an_address_that_names_two_people_names_nobody(imported):
    kept = {guardian.identifier: guardian.email for guardian in Guardian.objects.filter(scope="0140101J")}
    assert (kept["0"], kept["1"], kept["2"]) == ("", "", address_of(2))


def pages(client, world):
    """Every page once, by the first role that may open it; then the pupils' own, and searches for their names."""
    for row in TABLE:
        allowed = [role for role in STAFF if row.expected()[role] == 200]
        if allowed:
            client.force_login(world.cast.user(allowed[0]))
            address = reverse(row.name, kwargs=row.arguments(world))
            yield address, client.get(address)
    client.force_login(world.cast.user(Role.SCHOOL))
    for pupil in theirs():
        address = reverse("reports:pupil", kwargs={"public_id": pupil.public_id})
        yield address, client.get(address)
    for word in ("cmd", "<script>", "Robert'", OVERRIDE):
        yield word, client.get(reverse("reports:pupils"), {"nom": word, "q": word})


def bad_nodes(content: bytes) -> list[str]:
    tree = html.document_fromstring(content)
    found = [node for node in tree.iter("script", "img", "link") if "alert(39)" in (node.text or "")]
    found += tree.xpath("//img[@src='x'] | //link[@rel='attachment']")
    found += [node for node in tree.iter() if any(str(name).lower().startswith("on") for name in node.attrib)]
    found += [node for node in tree.iter() if "autofocus" in node.attrib and "alert" in str(node.attrib)]
    return [html.tostring(node).decode()[:200] for node in found]


@pytest.mark.trust(39)
def test_in_every_page_they_are_words_and_the_logs_name_nobody(client, imported):
    met = 0
    with log_lines(logging.INFO) as lines:
        for address, answer in pages(client, imported):
            assert answer.status_code == 200, address
            if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content.strip():
                assert bad_nodes(answer.content) == [], address
                met += "&lt;script&gt;alert(39)" in answer.content.decode().lower()
        client.get("/nulle-part/")
    assert met > 3
    assert "/nulle-part/" in lines.getvalue()
    words = ("cmd|", "alert(39)", "Robert'", OVERRIDE, "ÉÉÉ", address_of(3))
    assert [word for word in words if word in lines.getvalue()] == []


@pytest.fixture
def mailbox(settings):
    with smtp_server(settings) as mailbox:
        yield mailbox


def write_to_families(world) -> None:
    issue_conventions(campaign=world.cast.campaign, on=ON, by=None)
    send_due(on=ON, at=AT)
    deliver_due(at=AT)


@pytest.mark.trust(39)
def test_in_a_letter_they_add_no_header_no_recipient_and_no_line(imported, mailbox, hostiles):
    write_to_families(imported)
    ours = [message for message in mailbox.messages if message["To"].startswith("mere")]
    assert len(ours) == len(hostiles) - 2  # two have no address left
    assert FAR not in mailbox.recipients
    assert {recipient for recipient in mailbox.recipients if recipient.startswith("mere")} == {
        address_of(rank) for rank in range(2, len(hostiles))
    }
    for message in ours:
        assert {name.lower() for name in message} <= HEADERS, list(message)
        assert "\n" not in message["Subject"]
        assert message.get_content_type() in {"text/plain", "multipart/mixed"}
    for stored in Message.objects.filter(to_address__startswith="mere"):
        assert django_settings.SECRET_KEY not in stored.body
        assert "&lt;" not in stored.body  # plain text: nothing to escape, nothing escaped twice


@pytest.mark.trust(39)
def test_in_a_pdf_they_are_words_and_nothing_is_fetched(imported, bird):
    issue_conventions(campaign=imported.cast.campaign, on=ON, by=None)
    found = Convention.objects.filter(pupil__in=theirs())
    content = render_paper_pdf(found)
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
    flat = "".join(unicodedata.normalize("NFKC", text).split())
    assert "<script>alert(39)</script>" in flat
    assert "{{settings.SECRET_KEY}}" in flat
    assert b"/JavaScript" not in content
    assert b"/EmbeddedFile" not in content
    assert f":{bird.port}/canary" in flat  # the address is there, as words


@pytest.mark.trust(39)
def test_the_base_still_stands(imported, client):
    """« DROP TABLE » is somebody's name."""
    client.force_login(imported.cast.sam)
    assert Pupil.objects.get(family_name__startswith="Robert')").given_name == "\\N"
    assert Enrolment.objects.filter(pupil__in=theirs(), state="active").count() == theirs().count()
    found = client.get(reverse("reports:pupils"), {"q": "Robert'); DROP"})
    assert found.status_code == 200
