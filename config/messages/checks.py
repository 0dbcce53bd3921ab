"""What can be wrong with the French: missing, empty, fuzzy, stale, contradictory, or a lost placeholder."""

from collections import defaultdict
from collections.abc import Iterator

from config.messages.catalogue import PLACEHOLDER, Entry, Key
from config.messages.extraction import asked_sentences
from config.messages.merging import area_entries


def problems() -> list[str]:
    """Every problem, one sentence each with its place."""
    asked, entries = asked_sentences(), area_entries()
    by_key: dict[Key, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_key[entry.key].append(entry)
    return [
        *(f"{place}: no French for {key.msgid!r}" for key, place in asked.items() if key not in by_key),
        *(
            f"{entry.place}: nobody asks for {entry.key.msgid!r}"
            for entry in entries
            if entry.key not in asked
        ),
        *(problem for entry in entries for problem in problems_of_entry(entry)),
        *contradictions(by_key),
    ]


def problems_of_entry(entry: Entry) -> Iterator[str]:
    if entry.is_fuzzy:
        yield f"{entry.place}: fuzzy"
    if not all(entry.translations) or len(entry.translations) != (2 if entry.key.plural else 1):
        yield f"{entry.place}: empty French for {entry.key.msgid!r}"
        return
    wanted = set(PLACEHOLDER.findall(entry.key.plural or entry.key.msgid))
    if set(PLACEHOLDER.findall(entry.translations[-1])) != wanted:
        yield f"{entry.place}: the French must have {', '.join(sorted(wanted)) or 'no placeholder'}"


def contradictions(by_key: dict[Key, list[Entry]]) -> Iterator[str]:
    for key, entries in by_key.items():
        if len({tuple(entry.translations) for entry in entries}) > 1:
            yield f"{', '.join(entry.place for entry in entries)}: two French sentences for {key.msgid!r}"
