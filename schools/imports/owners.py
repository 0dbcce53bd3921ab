"""Whose file this is, where its content does not say: the name of the file or of its folder, a header left whole."""

from __future__ import annotations

import re
from pathlib import Path

from schools.codes import is_uai
from schools.sources.refusals import DocumentRefused
from schools.sources.sniff import Opening


_UAI_IN_NAME = re.compile(r"(?<![0-9A-Z])[0-9]{7}[A-Z](?![0-9A-Z])")
_UAI_IN_HEADER = re.compile(rb"<UAJ(?: CODE=\"|>\s{0,20})([0-9]{7}[A-Z])")  # STS writes it as an attribute


def named_uai(name: str, folder: Path | None) -> str:
    """The school a folder or a file bears the number of, "" for none."""
    words = [folder.name] if folder else []
    words += _UAI_IN_NAME.findall(name.upper())
    return next((word for word in words if is_uai(word)), "")


def uai_in_wreck(opening: Opening, folder: Path | None) -> str:
    """The school of a document nobody can read: by the folder it lay in, its name, else its header if that is whole.

    So a truncated file stops the import of its school, not of the others.
    """
    if named := named_uai(opening.name, folder):
        return named
    try:
        found = _UAI_IN_HEADER.search(opening.peek().data[:4096])
    except DocumentRefused:
        return ""
    return found[1].decode() if found else ""
