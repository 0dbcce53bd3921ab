"""EMAIL_URL: how e-mail leaves, in one line; nonsense stops the start without telling the secret."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.mail_urls import read_mail_url


def test_an_smtp_server():
    found = read_mail_url("smtp://moi%40example.org:s%3Acret@mail.example.org:587?tls=1")
    assert found.values == {
        "EMAIL_BACKEND": "core.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.org",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "moi@example.org",
        "EMAIL_HOST_PASSWORD": "s:cret",
        "EMAIL_USE_TLS": True,
        "EMAIL_USE_SSL": False,
    }
    assert (found.anymail, found.rate) == ({}, None)


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("brevo://Xkey-Ab", {"BREVO_API_KEY": "Xkey-Ab"}),
        ("mailjet://one:two", {"MAILJET_API_KEY": "one", "MAILJET_SECRET_KEY": "two"}),
        ("postmark://token", {"POSTMARK_SERVER_TOKEN": "token"}),
        ("scaleway://key:project", {"SCALEWAY_SECRET_KEY": "key", "SCALEWAY_PROJECT_ID": "project"}),
        (
            "mailgun://key:mg.example.org",
            {"MAILGUN_API_KEY": "key", "MAILGUN_SENDER_DOMAIN": "mg.example.org"},
        ),
    ],
)
def test_a_provider_that_django_can_really_open(url, keys, settings):
    found = read_mail_url(url)
    assert keys.items() <= found.anymail.items()
    settings.ANYMAIL = found.anymail
    settings.EMAIL_BACKEND = found.values["EMAIL_BACKEND"]
    from django.core.mail import get_connection

    connection = get_connection()
    assert connection.open()
    assert connection.timeout == 20
    connection.close()


@pytest.mark.parametrize(
    ("words", "interval", "burst"),
    [
        ("rate=14", timedelta(microseconds=71_429), 28),
        ("rate=5/s&burst=1", timedelta(milliseconds=200), 1),
        ("rate=300/min", timedelta(milliseconds=200), 10),
        ("rate=60/h", timedelta(minutes=1), 1),
    ],
)
def test_a_rate_is_never_rounded_up(words, interval, burst):
    rate = read_mail_url(f"smtp://mail.example.org?{words}").rate
    assert (rate.interval, rate.burst) == (interval, burst)
    assert rate.interval * rate.count >= rate.period


@pytest.mark.parametrize(
    "url",
    [
        "gopher://s3cret@mail.example.org",
        "smtp://:s3cret@/",
        "smtp://u:s3cret@mail.example.org:port",
        "smtp://u:s3cret@mail.example.org?tls=yes",
        "smtp://u:s3cret@mail.example.org?rate=fast",
        "smtp://u:s3cret@mail.example.org?rate=0",
        "smtp://u:s3cret@mail.example.org?rate=5&burst=0",
        "smtp://u:s3cret@mail.example.org?speed=5",
        "mailjet://s3cret",
        "brevo://",
    ],
)
def test_nonsense_is_refused_and_the_secret_is_not_told(url):
    with pytest.raises(ImproperlyConfigured) as refused:
        read_mail_url(url)
    assert "s3cret" not in str(refused.value)
    assert "EMAIL_URL" in str(refused.value)
