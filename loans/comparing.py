"""Two versions of the text side by side: which words went, which came. Pure.

Articles are matched by their title without its number, paragraphs by their likeness, words one by one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import Any


ALIKE = 0.4  # share of common words from which two paragraphs are one that was rewritten
RANK = re.compile(r"^Article \d+ – ")
WORDS = re.compile(r"\S+")
SAME, ADDED, REMOVED = "", "added", "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words in a row, all of one kind: `mark` is "", "added" or "removed"."""

    words: str
    mark: str = SAME


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of both versions, or of one only."""

    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        return any(piece.mark for piece in self.pieces)

    @property
    def before(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.mark != ADDED]

    @property
    def after(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.mark != REMOVED]


@dataclass(frozen=True, slots=True)
class Article:
    """One article of both versions; `title` as the newer one numbers it; `binds` false when it only informs."""

    title: str
    paragraphs: tuple[Paragraph, ...]
    binds: bool

    @property
    def is_changed(self) -> bool:
        return any(paragraph.is_changed for paragraph in self.paragraphs)

    @property
    def changed(self) -> list[Paragraph]:
        return [paragraph for paragraph in self.paragraphs if paragraph.is_changed]


def compare(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[Article]:
    """Every article of both texts, in the order of the newer; one that went stands where it was."""
    before, after = [_name(section) for section in old], [_name(section) for section in new]
    found: list[Article] = []
    for _kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for gone, come in zip_longest(old[i:j], new[k:m]):
            if gone and come and _name(gone) == _name(come):
                found.append(_article(gone, come))
            else:
                found += [_article(one, None) for one in [gone] if one]
                found += [_article(None, one) for one in [come] if one]
    return found


def changed_titles(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[str]:
    """The titles of the articles that differ."""
    return [article.title for article in compare(old, new) if article.is_changed]


def _name(section: dict[str, Any]) -> str:
    return RANK.sub("", section["title"])


def _article(old: dict[str, Any] | None, new: dict[str, Any] | None) -> Article:
    shown = new or old or {}
    rows = _paragraphs(old["paragraphs"] if old else [], new["paragraphs"] if new else [])
    return Article(shown["title"], tuple(rows), shown.get("binds", True))


def _paragraphs(old: list[str], new: list[str]) -> Iterator[Paragraph]:
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (Paragraph((Piece(text),)) for text in new[k:m])
        else:
            yield from _rewritten(old[i:j], new[k:m])


def _rewritten(old: list[str], new: list[str]) -> Iterator[Paragraph]:
    """Each old paragraph with the first new one that looks like it; the others went, or came."""
    start = 0
    for text in old:
        match = next((rank for rank in range(start, len(new)) if _likeness(text, new[rank]) >= ALIKE), None)
        if match is None:
            yield Paragraph((Piece(text, REMOVED),))
            continue
        yield from (Paragraph((Piece(one, ADDED),)) for one in new[start:match])
        yield Paragraph(tuple(_pieces(text, new[match])))
        start = match + 1
    yield from (Paragraph((Piece(one, ADDED),)) for one in new[start:])


def _likeness(old: str, new: str) -> float:
    return SequenceMatcher(None, WORDS.findall(old), WORDS.findall(new), autojunk=False).ratio()


def _pieces(old: str, new: str) -> Iterator[Piece]:
    before, after = WORDS.findall(old), WORDS.findall(new)
    steps: list[tuple[str, list[str]]] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            steps.append((SAME, after[k:m]))
        else:
            steps += [(REMOVED, before[i:j]), (ADDED, after[k:m])]
    for mark, words in _joined(steps):
        yield Piece(" ".join(words), mark)


def _joined(steps: Iterable[tuple[str, list[str]]]) -> Iterator[tuple[str, list[str]]]:
    filled = (step for step in steps if step[1])
    for mark, group in groupby(filled, key=lambda step: step[0]):
        yield mark, [word for _mark, words in group for word in words]
