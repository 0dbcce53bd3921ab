"""SYGNE: OAuth2 client credentials, then one list of pupils a school.

No pagination is documented: the list is whole. A token serves all the schools of a run, and is asked again when it is
about to end or is refused once.
"""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime

from schools.feeds.adapters.asking import Access, Asker
from schools.feeds.adapters.errors import NotReady, RefusedCredentials, SourceFailed
from schools.feeds.adapters.protocol import File, checked
from schools.sources import payloads
from schools.sources.refusals import DocumentRefused


MARGIN_S = 30  # a token that ends sooner is not started with
USUAL_S = 300  # when the service does not say how long a token lives


class Sygne:
    name = "SYGNE"

    def __init__(
        self, access: Access, asker: Asker, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._access, self._asker, self._monotonic = access, asker, monotonic
        self._token, self._ends_at = "", 0.0

    def fetch(self, uai: str, year: int, *, at: datetime, since: datetime | None = None) -> list[File]:
        """The pupils under school status (ST), as the service lists them, in an envelope that dates them."""
        try:
            answer = self._list(uai, year)
        except RefusedCredentials:  # a token may be ended from their side before its time
            self._token = ""
            answer = self._list(uai, year)
        return [enveloped(payloads.SYGNE, answer, uai=uai, year=year, at=at)]

    def _list(self, uai: str, year: int) -> bytes:
        return self._asker.ask(
            self._access.url(f"etablissements/{uai}/eleves"),
            headers=self._headers,
            params={"statut": "ST", "annee-scolaire": str(year)},
        )

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._present_token()}", "Accept": "application/json"}

    def _present_token(self) -> str:
        if not self._token or self._monotonic() > self._ends_at - MARGIN_S:
            self._token, life_s = self._new_token()
            self._ends_at = self._monotonic() + life_s
        return self._token

    def _new_token(self) -> tuple[str, float]:
        pair = b64encode(f"{self._access.key_id}:{self._access.secret}".encode()).decode()
        answer = self._asker.ask(
            self._access.token_url or self._access.url("oauth2/token"),
            headers=lambda: {"Authorization": f"Basic {pair}", "Accept": "application/json"},
            form={"grant_type": "client_credentials"},
        )
        try:
            said = json.loads(answer)
            return str(said["access_token"]), float(said.get("expires_in") or USUAL_S)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SourceFailed("bad_token_answer") from error


def enveloped(root: str, answer: bytes, *, uai: str, year: int, at: datetime) -> File:
    """A list as a file that says its school, its year and its moment. NotReady when it is empty or of another year."""
    try:
        data = payloads.wrap(root, answer, uai=uai, school_year=year, at=at.replace(tzinfo=None))
        rows = payloads.read_payload(uai, data).rows
    except DocumentRefused as refused:
        raise SourceFailed(refused.finding.code) from refused
    if not rows:
        raise NotReady("empty_list")
    if year not in {payloads.year_of(root, row) or year for row in rows}:
        raise NotReady("another_year")
    return checked(f"{root.lower()}_{uai}.json", data, uai=uai, year=year)
