"""Text messages by HTTP, against a provider that refuses, fails, falls silent or says nonsense."""

import logging

import pytest
from django.core.checks import run_checks

from core import sms
from core.phones import masked_number, mobile_number
from core.sms import TextFailed, TextRefused, send_text
from tests.kit.sms_provider import KEY, sms_provider


TO = "+33639980001"


@pytest.fixture
def provider(settings):
    with sms_provider(settings) as provider:
        yield provider


def send(body="Votre code est 204816"):
    return send_text(to=TO, body=body, reference="code 7")


def test_a_message_leaves_as_the_protocol_has_it(provider):
    assert send() == "1511882900176221"
    assert provider.texts == [
        {
            "sender": "Region",
            "recipient": "33639980001",
            "content": "Votre code est 204816",
            "type": "transactional",
            "tag": "code 7",
            "unicodeEnabled": False,
        }
    ]


def test_accents_are_sent_as_such(provider):
    send("Prêt")
    assert provider.texts[0]["unicodeEnabled"]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404])
def test_what_is_refused_for_good_says_so_in_the_providers_words(provider, status):
    provider.faults = [status]
    with pytest.raises(TextRefused, match=f"{status} trouble On demand"):
        send()


@pytest.mark.parametrize("fault", [408, 429, 500, 503, 302, b"", b"HTTP/1.1 201 Created\r\n\r\n<html>"])
def test_what_may_pass_later_is_a_failure(provider, fault):
    provider.faults = [fault]
    with pytest.raises(TextFailed) as failure:
        send()
    assert not isinstance(failure.value, TextRefused)


def test_a_silent_provider_is_not_waited_for(provider, monkeypatch):
    monkeypatch.setattr(sms, "TIMEOUT", (1, 0.2))
    provider.faults = [1.0]
    with pytest.raises(TextFailed, match="Timeout"):
        send()


def test_nobody_at_the_address_is_a_failure(settings):
    settings.SMS_URL = "brevo+http://key@127.0.0.1:9?sender=Region"
    with pytest.raises(TextFailed):
        send()


def test_the_key_goes_to_the_provider_and_to_no_log(provider, caplog):
    caplog.set_level(logging.DEBUG)
    send()
    assert provider.headers[0]["api-key"] == KEY
    assert KEY not in caplog.text


def test_without_a_provider_there_is_no_port_and_a_trial_writes_to_the_log(settings, caplog):
    settings.SMS_URL = ""
    assert not sms.is_available()
    settings.SMS_URL = "console:"
    assert send() == "code 7"
    assert "204816" in caplog.text
    settings.SMS_URL = "pigeon://loft"
    with pytest.raises(TextRefused):
        send()


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("06 39 98 00 01", "+33639980001"),
        ("0639980001", "+33639980001"),
        ("+33 (0)6 39 98 00 01", "+33639980001"),
        ("0033639980001", "+33639980001"),
        ("06.90.00.00.01", "+590690000001"),
        ("07 00 00 00 01", "+33700000001"),
        ("+44 7700 900123", "+447700900123"),
        ("01 99 00 10 01", ""),
        ("+33 1 99 00 10 01", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_a_number_is_one_a_text_message_can_reach_or_none(written, number):
    assert mobile_number(written) == number


def test_a_number_is_shown_to_its_owner_only():
    assert masked_number(TO).replace("\u00a0", " ") == "06 •• •• •• 01"
    assert masked_number("+41790000001").replace("\u00a0", " ") == "+41 •• •• •• 01"
    assert masked_number("") == ""


@pytest.mark.parametrize(
    ("address", "is_told"), [("console:", True), ("", False), ("brevo://cle@sms.test", False)]
)
def test_codes_in_the_log_are_refused_before_opening(settings, address, is_told):
    settings.SMS_URL = address
    told = [found.id for found in run_checks(include_deployment_checks=True)]
    assert ("cartable.E003" in told) is is_told
