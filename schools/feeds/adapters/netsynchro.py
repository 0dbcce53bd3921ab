"""SIECLE through NetSynchro: four exports of a school, each a zip of one XML.

Source: the ministry's specification of the XML exports (SIECLE-SFD-Exportations-XML). An `<erreur>` document is a
failure whatever the HTTP status says. The specification leaves the proof of identity to the host: a user name and a
password (HTTP Basic) when a key is given, otherwise the network.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime

from schools.feeds.adapters.asking import Access, Asker
from schools.feeds.adapters.errors import NotReady, SourceFailed
from schools.feeds.adapters.protocol import File, checked


FLOWS = ("sco-eleves-adr", "sco-responsables-adr", "sco-nomenclatures", "sco-structures")


class NetSynchro:
    name = "SIECLE NetSynchro"

    def __init__(self, access: Access, asker: Asker) -> None:
        self._access, self._asker = access, asker

    def fetch(self, uai: str, year: int, *, at: datetime, since: datetime | None = None) -> list[File]:
        """The four exports; all or none, since a roll without its guardians would still be believed."""
        return [self._export(flow, uai, year) for flow in FLOWS]

    def _export(self, flow: str, uai: str, year: int) -> File:
        path = f"sconetechange/resources/flux-netsync/exports/xml/{flow}/{uai}/{year}"
        body = self._asker.ask(self._access.url(path), headers=self._headers)
        _raise_for_error_document(body)
        ending = "zip" if body[:2] == b"PK" else "xml"
        return checked(f"{flow}_{uai}.{ending}", body, uai=uai, year=year)

    def _headers(self) -> Mapping[str, str]:
        headers = {"Compression-Zip": "true", "Accept": "application/zip, application/xml"}
        if self._access.key_id:
            pair = f"{self._access.key_id}:{self._access.secret}".encode()
            headers["Authorization"] = f"Basic {b64encode(pair).decode()}"
        return headers


def _raise_for_error_document(body: bytes) -> None:
    """METIER is the school's affair (a year that is not open yet); anything else is the service's."""
    if not re.match(rb"\s*(?:<\?xml[^>]*\?>\s*)?<erreur[\s>]", body[:500].removeprefix(b"\xef\xbb\xbf")):
        return
    if re.search(rb"<type>\s*METIER\s*</type>", body[:4000]):
        raise NotReady("erreur_metier")
    raise SourceFailed("erreur_technique")
