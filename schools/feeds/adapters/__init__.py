"""The services that can be asked for a school's pupils, each behind the same three words: name, fetch, errors.

    errors       what a service can answer instead of pupils, as types and as sentences
    asking       HTTP with patience and limits: time, size, no redirection, no secret in a log
    netsynchro   SIECLE, through its NetSynchro exports
    sygne        SYGNE, the education ministry's consolidated base
    fregata      FREGATA, the agriculture ministry's base

Another service is one more module with a class like theirs, and one more line in `ADAPTERS`.
"""

from schools.feeds.adapters.asking import Access, Asker
from schools.feeds.adapters.fregata import Fregata
from schools.feeds.adapters.netsynchro import NetSynchro
from schools.feeds.adapters.protocol import Adapter
from schools.feeds.adapters.sygne import Sygne
from schools.feeds.enums import SourceKind


ADAPTERS: dict[str, type[Adapter]] = {
    SourceKind.NETSYNCHRO: NetSynchro,
    SourceKind.SYGNE: Sygne,
    SourceKind.FREGATA: Fregata,
}

__all__ = ["ADAPTERS", "Access", "Adapter", "Asker"]
