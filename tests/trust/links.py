"""Links that were sent, and a programme that asks a single-use code."""

import re
from datetime import UTC, date, datetime, timedelta

from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import Message
from core.outbox import deliver_due
from loans.mailing import send_due_conventions
from loans.models import SigningLink
from programmes.ruling import adopt_rules, vote_rules


AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
BORN = {"day": "14", "month": "3", "year": "2011"}


def ask_codes(campaign, way="email"):
    """Adopt rules that are the campaign's, and ask a code."""
    document = campaign.rule_tree.as_document()
    document["signature"]["one_time_code"] = way
    on = date(2026, 8, 1)
    rules = vote_rules(programme=campaign.programme, document=document, note="Code", by=None, on=on)
    adopt_rules(campaign=campaign, rules=rules, by=None, on=on)
    campaign.refresh_from_db()


def mailed_links(campaign, *, at=AT):
    """Send what is due; the links, in the order of the messages."""
    send_due_conventions(campaign=campaign, on=at.date(), at=at)
    return list(SigningLink.objects.select_related("convention__campaign__rules").order_by("pk"))


def keep_open():
    """Links written in the past of a test are still valid for its browser."""
    SigningLink.objects.update(expires_at=timezone.now() + timedelta(days=60))


def addresses():
    return [re.search(r"/signer/\S+", message.clear_body)[0] for message in Message.objects.order_by("pk")]


def checked(address):
    """A phone that opened a link and gave the right date of birth."""
    phone = Client()
    phone.get(address)
    phone.post(reverse("loans:family_check"), BORN)
    return phone


def code_received(at=None):
    """The six figures of the latest code that left."""
    deliver_due(at=at or timezone.now())
    found = [re.search(r"^(\d{6})$", letter.body, re.MULTILINE) for letter in mail.outbox]
    return [figures[1] for figures in found if figures][-1]
