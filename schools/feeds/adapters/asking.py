"""HTTP for services that fail: limits on time and size, patience that grows, nothing followed, nothing secret written.

`requests` follows redirections, reads a .netrc and waits for ever unless told otherwise; here it is told.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import requests
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError, ReadTimeoutError

from schools.feeds.adapters.errors import (
    Busy,
    FeedError,
    NotReady,
    RefusedCredentials,
    SourceFailed,
    Unreachable,
)


@dataclass(frozen=True, slots=True)
class Access:
    """Where a service is and how we prove who we are; never printed."""

    base_url: str
    key_id: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    token_url: str = ""

    def url(self, path: str) -> str:
        return f"{self.base_url.rstrip('/')}/{path.lstrip('/')}"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes. `total_s` is for one answer, however slowly it drips; `longest_wait_s` for a Retry-After."""

    connect_s: float = 5
    read_s: float = 30
    total_s: float = 120
    bytes: int = 64 * 1024 * 1024
    attempts: int = 4
    first_wait_s: float = 1
    longest_wait_s: float = 60


class Asker:
    """Asks, and asks again what may succeed. `pause` and `jitter` are the test's to replace."""

    def __init__(
        self,
        limits: Limits = Limits(),
        *,
        pause: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = lambda: random.uniform(0.5, 1.5),  # noqa: S311 - spreads calls, hides nothing
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits, self._pause, self._jitter, self._monotonic = limits, pause, jitter, monotonic
        self._session = requests.Session()
        self._session.trust_env = False  # a .netrc would replace our Authorization
        self._session.headers["User-Agent"] = "Cartable"

    def ask(
        self,
        url: str,
        *,
        headers: Callable[[], Mapping[str, str]],
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> bytes:
        """The body of a 200; a GET, or a POST of `form`. `headers` is called at each attempt: signatures carry a date.

        Raises RefusedCredentials and NotReady at once; Busy, SourceFailed and Unreachable after all the attempts.
        """
        for attempt in range(1, self.limits.attempts + 1):
            try:
                return self._ask_once(url, headers(), params, form)
            except (RefusedCredentials, NotReady):
                raise
            except FeedError as error:
                if attempt == self.limits.attempts or (error.wait or 0) > self.limits.longest_wait_s:
                    raise
                self._pause(error.wait or self.limits.first_wait_s * 2 ** (attempt - 1) * self._jitter())
        raise AssertionError("unreachable")

    def _ask_once(
        self,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        form: Mapping[str, str] | None,
    ) -> bytes:
        started = self._monotonic()
        try:
            with self._session.request(
                "GET" if form is None else "POST",
                url,
                params=params,
                data=form,
                headers=dict(headers),
                timeout=(self.limits.connect_s, self.limits.read_s),
                allow_redirects=False,
                stream=True,
                verify=os.environ.get("REQUESTS_CA_BUNDLE") or True,
                proxies=get_environ_proxies(url),
            ) as response:
                _raise_for(response)
                return self._body(response, started)
        except requests.exceptions.SSLError as error:
            raise Unreachable("certificate") from error
        except requests.exceptions.Timeout as error:
            raise Unreachable("timeout") from error
        except requests.exceptions.RequestException as error:
            raise Unreachable("connection") from error
        except ReadTimeoutError as error:
            raise Unreachable("timeout") from error
        except HTTPError as error:  # while the body was read
            raise SourceFailed("cut_answer") from error

    def _body(self, response: requests.Response, started: float) -> bytes:
        """What came, read as it comes: `iter_content` would wait for a whole piece, for ever if it drips."""
        body = bytearray()
        while piece := response.raw.read1(64 * 1024, decode_content=True):
            body += piece
            if len(body) > self.limits.bytes:
                raise SourceFailed("endless_answer")
            if self._monotonic() - started > self.limits.total_s:
                raise Unreachable("timeout")
        return bytes(body)


def _raise_for(response: requests.Response) -> None:
    """The error that a status means. A redirection is one: nobody leads our key to another address."""
    status = response.status_code
    if status == 200:
        return
    if status in {401, 403}:
        raise RefusedCredentials(f"http_{status}")
    if status in {404, 409}:
        raise NotReady(f"http_{status}")
    if status in {429, 503}:
        raise Busy(f"http_{status}", wait=_retry_after(response))
    raise SourceFailed("redirected" if 300 <= status < 400 else f"http_{status}")


def _retry_after(response: requests.Response) -> float | None:
    """Seconds, from a number or a date (which is compared with the service's own clock)."""
    said = response.headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return float(said)
    try:
        until, now = parsedate_to_datetime(said), parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return None
    return max(0.0, (until - now).total_seconds())
