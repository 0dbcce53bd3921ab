"""Enrolment files as they come, read into neutral typed rows that know nothing of their format.

    sniff      files, zips and folders → documents whose root element is known and which are safe to parse
    prolog     what an XML document is, by its first lines
    siecle     a SIECLE document → a `Roll` part
    aaf_feed   the many files of a directory feed (AAF) → one document a school, which `aaf` reads into a `Roll`
    siecle_others  the SIECLE exports that name no pupil
    payloads   the JSON of a service → one self-describing document a school
    sygne      a SYGNE list → a `Roll`
    fregata    a FREGATA list → a `Roll`
    tables     a table (CSV, XLSX) → a `Roll`
    rows       the neutral rows every source is read into
    checks     what is wrong with a roll, in French, with the way to mend it at the source

Another source is one more module that declares `Reader`s and one more line in `READERS`.
"""

from schools.sources import aaf, fregata, siecle, siecle_others, sygne, tables
from schools.sources.rows import Reader


READERS: dict[str, Reader] = {
    **siecle.READERS,
    **siecle_others.READERS,
    **aaf.READERS,
    **sygne.READERS,
    **fregata.READERS,
    **tables.READERS,
}


def reader_of(root: str) -> Reader | None:
    """Who reads a document of that root; None for one we know nothing of."""
    return READERS.get(root) or (siecle_others.OTHER if siecle_others.is_other_export(root) else None)
