"""A page that signs waits for a finger, even where a mail filter runs scripts (trust 2)."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from loans.models import Signature
from tests.loans.conftest import campaign, enrol  # noqa: F401
from tests.trust.links import BORN, addresses, keep_open, mailed_links


pytestmark = pytest.mark.trust(2)
FAMILY = settings.BASE_DIR / "templates" / "loans" / "family"
SCRIPTS = settings.BASE_DIR / "static" / "js"


def test_no_page_and_no_script_of_the_families_submits_by_itself():
    pages = {page.name: page.read_text() for page in FAMILY.glob("*.html")}
    assert {"check.html", "code.html", "sign.html"} <= set(pages)
    for name, text in pages.items():
        assert not re.search(r"\.submit\(|\.click\(|\bon(?:load|focus|change)=|http-equiv", text), name
        for script in re.findall(r"js/([\w-]+\.js)", text):
            assert not re.search(r"\.(?:request)?submit\(|\.click\(", (SCRIPTS / script).read_text(), re.I), (
                script
            )


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_ten_seconds_before_the_button_sign_nothing(phone, campaign, enrol):  # noqa: F811
    enrol()
    mailed_links(campaign)
    keep_open()
    phone.goto(addresses()[0])
    for label, name in [("Jour", "day"), ("Mois", "month"), ("Année", "year")]:
        phone.get_by_label(label).fill(BORN[name])
    phone.get_by_role("button", name="Continuer").tap()
    phone.get_by_role("button", name="Je signe").wait_for()
    phone.get_by_label("J’ai lu la convention").check()
    phone.wait_for_timeout(10_000)
    expect(phone.get_by_role("button", name="Je signe")).to_be_visible()
    assert not Signature.objects.exists()
