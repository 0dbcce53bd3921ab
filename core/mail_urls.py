"""One address says how e-mail leaves: `smtp://user:password@host:587?tls=1&rate=14`, `brevo://key?rate=300/min`.

Read at start by the settings; nonsense stops the start with its reason, never with the secret it holds.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
PERIODS = {"s": SECOND, "min": timedelta(minutes=1), "h": timedelta(hours=1), "day": timedelta(days=1)}
TIMEOUT = 20  # seconds that a server may take to answer
SMTP = {"smtp": 25, "smtps": 465}
# Provider → the names that django-anymail gives to what its address holds: user, password.
PROVIDERS = {
    "brevo": ("BREVO_API_KEY",),
    "mailgun": ("MAILGUN_API_KEY", "MAILGUN_SENDER_DOMAIN"),
    "mailjet": ("MAILJET_API_KEY", "MAILJET_SECRET_KEY"),
    "postmark": ("POSTMARK_SERVER_TOKEN",),
    "scaleway": ("SCALEWAY_SECRET_KEY", "SCALEWAY_PROJECT_ID"),
}
OPTIONS = {"api", "burst", "rate", "tls"}


@dataclass(frozen=True, slots=True)
class RateSetting:
    """`count` messages in each `period`, up to `burst` at once."""

    count: int
    period: timedelta
    burst: int

    @property
    def interval(self) -> timedelta:
        """Between two messages, rounded up to the microsecond: never faster than promised."""
        return -(-self.period // MICROSECOND // self.count) * MICROSECOND


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Django's settings (`values`), django-anymail's, and how fast messages may leave (None: nothing limits)."""

    values: dict[str, Any]
    rate: RateSetting | None
    anymail: dict[str, Any] = field(default_factory=dict)


def read_mail_url(url: str) -> MailSettings:
    """Raises ImproperlyConfigured."""
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    if unknown := set(options) - OPTIONS:
        raise _wrong(f"it does not know {', '.join(sorted(unknown))}")
    rate = _rate(options)
    if parts.scheme in SMTP:
        return MailSettings(_smtp(parts, options), rate)
    if parts.scheme in PROVIDERS:
        backend = f"anymail.backends.{parts.scheme}.EmailBackend"
        return MailSettings({"EMAIL_BACKEND": backend}, rate, _provider(parts, options))
    raise _wrong(f"it begins with one of {', '.join(sorted([*SMTP, *PROVIDERS]))}")


def _smtp(parts: SplitResult, options: dict[str, str]) -> dict[str, Any]:
    if not parts.hostname:
        raise _wrong("an SMTP server has a host name")
    return {
        "EMAIL_BACKEND": "core.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": _port(parts) or SMTP[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": _is_true(options.get("tls", "0")),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise _wrong("the port is a number") from None


def _is_true(text: str) -> bool:
    if text not in {"0", "1"}:
        raise _wrong("tls is 0 or 1")
    return text == "1"


def _provider(parts: SplitResult, options: dict[str, str]) -> dict[str, Any]:
    names = PROVIDERS[parts.scheme]
    secrets = [unquote(secret) for secret in parts.netloc.rstrip("@").split(":")]
    if len(secrets) != len(names) or not all(secrets):
        raise _wrong(f"{parts.scheme}:// holds {':'.join(names)}")
    anymail: dict[str, Any] = dict(zip(names, secrets, strict=True)) | {"REQUESTS_TIMEOUT": TIMEOUT}
    if "api" in options:
        anymail[f"{parts.scheme.upper()}_API_URL"] = options["api"]
    return anymail


def _rate(options: dict[str, str]) -> RateSetting | None:
    """`14` or `14/s`, `300/min`, `5000/h`, `9000/day`; the burst is two seconds' worth unless it is said."""
    if "rate" not in options:
        return None
    count, _slash, unit = options["rate"].partition("/")
    period = PERIODS.get(unit or "s")
    if not count.isdigit() or not int(count) or period is None:
        raise _wrong("rate is a number, alone or by /s, /min, /h, /day")
    burst = options.get("burst", str(max(1, 2 * int(count) * SECOND // period)))
    if not burst.isdigit() or not int(burst):
        raise _wrong("burst is a number above 0")
    return RateSetting(int(count), period, int(burst))


def _wrong(why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"EMAIL_URL is wrong: {why}.")
