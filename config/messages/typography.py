"""French spaces that do not break: before : ; ? ! » and after «, where a translator typed a plain space or none."""

import re


NO_BREAK = "\u00a0"
_KEPT = r"(?P<kept>https?://\S*[\w/]|&\#?\w+;)"  # addresses and HTML entities
_PLAIN = r"\ +(?=[:;?!»]) | (?<=«)\ +(?=\S)"
_MISSING_BEFORE = (
    r"(?<=[^\s:;?!«(\[]) (?= (?:[;?!»]|:(?=\s|$)) (?:[\s;:?!.,…)\]»]|$) )"  # 8:30 and %H:%M stay
)
_MISSING_AFTER = r"(?<=«)(?=\S)"
_SPACE = re.compile("|".join((_KEPT, _PLAIN, _MISSING_BEFORE, _MISSING_AFTER)), re.VERBOSE)


def spaced(text: str) -> str:
    """The same sentence, none of its signs alone at the beginning of a line; a space already narrow stays."""
    return _SPACE.sub(lambda found: found["kept"] or NO_BREAK, text)
