"""FREGATA: each request is signed with the date it carries, HMAC-SHA1 under a shared secret.

Source: what the client of another State platform sends, no specification being public. A school year is numbered from
1996: `anneeScolaireId` 30 is 2026-2027.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import formatdate
from urllib.parse import quote

from schools.feeds.adapters.asking import Access, Asker
from schools.feeds.adapters.protocol import File
from schools.feeds.adapters.sygne import enveloped
from schools.sources import payloads


def signature(secret: str, date: str) -> str:
    """What proves that we know the secret, for a request of that date (RFC 7231 form)."""
    digest = hmac.new(secret.encode(), f"date: {date}".encode(), hashlib.sha1).digest()
    return quote(b64encode(digest), safe="")


class Fregata:
    name = "FREGATA"

    def __init__(
        self,
        access: Access,
        asker: Asker,
        *,
        date: Callable[[], str] = lambda: formatdate(usegmt=True),
    ) -> None:
        self._access, self._asker, self._date = access, asker, date

    def fetch(self, uai: str, year: int, *, at: datetime, since: datetime | None = None) -> list[File]:
        """The registrations of pupils who have a class, in an envelope that names the school and dates them."""
        answer = self._asker.ask(
            self._access.url("inscriptions"),
            headers=self._headers,
            params={
                "rne": uai,
                "anneeScolaireId": str(year - payloads.FREGATA_FIRST_YEAR),
                "idStatutApprenant": "2",
                "seulementAvecDivision": "true",
            },
        )
        return [enveloped(payloads.FREGATA, answer, uai=uai, year=year, at=at)]

    def _headers(self) -> Mapping[str, str]:
        date = self._date()
        proof = signature(self._access.secret, date)
        return {
            "Date": date,
            "Authorization": f"Signature keyId={self._access.key_id},algorithm=hmac-sha1,signature={proof}",
            "Accept": "application/json",
        }
