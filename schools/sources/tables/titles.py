"""The first line of a table → which of its columns is which of ours, in any order, SIECLE's own titles included."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from schools.sources.refusals import DocumentRefused
from schools.sources.tables import wording
from schools.sources.tables.cells import key_of
from schools.sources.tables.columns import COLUMNS


_GUARDIAN_KEY = re.compile(r"(\w+?)(?:du|de)?(?:responsable|representant|repr|resp)(?:legal|leg)?([12])")


def name_columns(titles: Sequence[Any]) -> dict[str, int]:
    """Which of these titles is each of our columns. Raises DocumentRefused when one is missing or there twice."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, title in enumerate(titles):
        places[_key(title)].append(place)
    found: dict[str, int] = {}
    for column in COLUMNS:
        key = next((key for key in column.all_keys() if key in places), None)
        if key is None:
            continue
        if len(places[key]) > 1:
            raise DocumentRefused(wording.TITLE_TWICE.at(str(titles[places[key][0]])))
        found[column.name] = places[key][0]
    missing = [column.title for column in COLUMNS if column.is_required and column.name not in found]
    if missing:
        raise DocumentRefused(wording.TITLES_MISSING.at(", ".join(f"« {title} »" for title in missing)))
    return found


def _key(title: Any) -> str:
    key = key_of(title)
    guardian = _GUARDIAN_KEY.fullmatch(key)
    return f"{guardian[1]}/{guardian[2]}" if guardian else key
