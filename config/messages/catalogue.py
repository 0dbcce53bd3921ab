"""Reading `.po` files and writing the `.mo` file, in the formats of GNU gettext."""

import ast
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


HEADER = (
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Language: {code}\n"
    "Plural-Forms: {plurals}\n"
)
PLACEHOLDER = re.compile(r"%\([^)]*\)[sd]|%[sd]|\{\w*\}")
FRENCH_PLURALS = "nplurals=2; plural=(n > 1);"
TO_REVIEW = "# to review"  # above an entry that nobody who grew up with the language has read yet


@dataclass(frozen=True)
class Key:
    """What the code asks for: the English sentence, with its plural and its context if it has one."""

    msgid: str
    plural: str | None = None
    context: str | None = None


@dataclass
class Entry:
    """One translation, and where it is written (`place` is `file:line`)."""

    place: str
    texts: dict[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False
    is_to_review: bool = False

    @property
    def key(self) -> Key:
        return Key(self.texts.get("msgid", ""), self.texts.get("msgid_plural"), self.texts.get("msgctxt"))

    @property
    def translations(self) -> list[str]:
        if self.key.plural is None:
            return [self.texts.get("msgstr", "")]
        return [text for name, text in sorted(self.texts.items()) if name.startswith("msgstr[")]


class UnreadableError(Exception):
    """A line of a catalogue that is not gettext's."""


def read_catalogue(path: Path) -> list[Entry]:
    """The entries of a `.po` file, without its header. Raises `UnreadableError` naming the line."""
    return [entry for entry in _entries(path) if entry.key.msgid]


def _entries(path: Path) -> Iterator[Entry]:
    entry, name, is_fuzzy, is_to_review = Entry(""), "", False, False
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if line.startswith("#,"):
            is_fuzzy = is_fuzzy or "fuzzy" in line
        is_to_review = is_to_review or line == TO_REVIEW
        if not line or line.startswith("#"):
            continue
        keyword, _, text = line.partition(" ") if not line.startswith('"') else (name, "", line)
        if not (keyword.startswith("msg") and text.strip().startswith('"')):
            raise UnreadableError(f"{path.name}:{number}: {line}")
        if _opens(keyword, entry) and not line.startswith('"'):
            yield entry
            entry = Entry("")
        if not entry.texts:
            entry.place, entry.is_fuzzy, is_fuzzy = f"{path.name}:{number}", is_fuzzy, False
            entry.is_to_review, is_to_review = is_to_review, False
        name = keyword
        entry.texts[name] = entry.texts.get(name, "") + _unquoted(text, f"{path.name}:{number}")
    yield entry


def _opens(keyword: str, entry: Entry) -> bool:
    """Whether this keyword begins another entry: the current one already has its translation."""
    return keyword in {"msgctxt", "msgid"} and any(name.startswith("msgstr") for name in entry.texts)


def _unquoted(text: str, place: str) -> str:
    try:
        value = ast.literal_eval(text.strip())
    except (SyntaxError, ValueError):
        raise UnreadableError(f"{place}: {text}") from None
    return str(value)


def write_mo(entries: list[Entry], path: Path, code: str = "fr", plurals: str = FRENCH_PLURALS) -> None:
    """Write the binary catalogue in one step: a reader never meets half a file."""
    messages = {b"": HEADER.format(code=code, plurals=plurals).encode()} | {
        _mo_key(entry.key): _mo_text(entry) for entry in entries
    }
    table, keys, texts, offset = [], b"", b"", 28 + 16 * len(messages)
    for key in sorted(messages):
        table.append((len(key), len(keys), len(messages[key]), len(texts)))
        keys += key + b"\0"
        texts += messages[key] + b"\0"
    body = struct.pack("<7I", 0x950412DE, 0, len(table), 28, 28 + 8 * len(table), 0, 0)
    body += b"".join(struct.pack("<2I", length, offset + at) for length, at, _, _ in table)
    body += b"".join(struct.pack("<2I", length, offset + len(keys) + at) for _, _, length, at in table)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{id(body)}.tmp")
    draft.write_bytes(body + keys + texts)
    draft.replace(path)


def _mo_key(key: Key) -> bytes:
    context = f"{key.context}\x04" if key.context is not None else ""
    plural = f"\0{key.plural}" if key.plural is not None else ""
    return f"{context}{key.msgid}{plural}".encode()


def _mo_text(entry: Entry) -> bytes:
    return "\0".join(entry.translations).encode()
