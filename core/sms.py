"""The port for text messages: one function, and whoever carries them by HTTP.

`SMS_URL` says who: "" nobody (codes then leave by e-mail), `console:` this process's log, for a trial, or
`brevo://KEY@api.brevo.com?sender=Region`, the transactional messages of Brevo (France): one POST a message, as written
in https://developers.brevo.com/reference/send-async-transactional-sms.
"""

import json
import logging
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError


TIMEOUT = (5, 15)  # seconds: to connect, then between two bytes
LONGEST_ANSWER = 64 * 1024
LONGEST_SENDER = 11  # letters and figures; operators cut or refuse more

log = logging.getLogger(__name__)


class TextFailed(Exception):
    """The message did not leave, or nobody knows: no answer, a server in trouble. Another way is tried."""


class TextRefused(TextFailed):
    """It will never leave as it is: a wrong number, a wrong key, no credit. The words are the provider's."""


def is_available() -> bool:
    return bool(settings.SMS_URL)


def send_text(*, to: str, body: str, reference: str) -> str:
    """Send one message to an international number (`+33…`); returns the provider's own name for it.

    Raises TextRefused when trying again is useless, TextFailed otherwise. `reference` is ours, to find it there again.
    """
    place = urlsplit(settings.SMS_URL)
    if place.scheme == "console":
        log.warning("text message %s to %s: %s", reference, to, body)
        return reference
    if place.scheme.partition("+")[0] != "brevo":
        raise TextRefused("SMS_URL names no provider we know.")
    return _by_brevo(to, body, reference)


def _by_brevo(to: str, body: str, reference: str) -> str:
    place = urlsplit(settings.SMS_URL)
    sender = parse_qs(place.query).get("sender", ["Cartable"])[0][:LONGEST_SENDER]
    scheme = "http" if place.scheme.endswith("+http") else "https"  # in clear: for a trial on one machine
    payload = {
        "sender": sender,
        "recipient": to.removeprefix("+"),
        "content": body,
        "type": "transactional",
        "tag": reference,
        "unicodeEnabled": not body.isascii(),
    }
    address = f"{scheme}://{place.netloc.rpartition('@')[2]}/v3/transactionalSMS/send"
    answer = _post(
        address, payload, {"api-key": unquote(place.username or ""), "Content-Type": "application/json"}
    )
    return str(answer.get("messageId") or answer.get("reference") or reference)


def _post(address: str, payload: dict[str, object], headers: dict[str, str]) -> dict[str, object]:
    session = requests.Session()
    session.trust_env = False  # a .netrc would add its own Authorization
    try:
        with session.post(
            address,
            data=json.dumps(payload),
            headers=headers,
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as response:
            content = response.raw.read(LONGEST_ANSWER, decode_content=True)
            return _read(response.status_code, content)
    except (requests.RequestException, HTTPError) as error:
        raise TextFailed(type(error).__name__) from error


def _read(status: int, content: bytes) -> dict[str, object]:
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    words = (
        f"{status} {said.get('code', '')} {said.get('message', '')}"
        if isinstance(said, dict)
        else str(status)
    )
    if status in (200, 201, 202) and isinstance(said, dict):
        return said
    if status in (408, 429) or status >= 500 or status < 400:
        raise TextFailed(words.strip())
    raise TextRefused(words.strip())
