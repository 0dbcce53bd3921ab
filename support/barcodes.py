"""Code 39 (ISO/IEC 16388): the barcode any warehouse scanner reads; drawn as bars, no font, no library."""

from dataclasses import dataclass


NARROW, WIDE = 1, 3
PATTERNS = {  # five bars and four spaces in turn: n narrow, w wide
    "0": "nnnwwnwnn", "1": "wnnwnnnnw", "2": "nnwwnnnnw", "3": "wnwwnnnnn", "4": "nnnwwnnnw",
    "5": "wnnwwnnnn", "6": "nnwwwnnnn", "7": "nnnwnnwnw", "8": "wnnwnnwnn", "9": "nnwwnnwnn",
    "A": "wnnnnwnnw", "B": "nnwnnwnnw", "C": "wnwnnwnnn", "D": "nnnnwwnnw", "E": "wnnnwwnnn",
    "F": "nnwnwwnnn", "G": "nnnnnwwnw", "H": "wnnnnwwnn", "I": "nnwnnwwnn", "J": "nnnnwwwnn",
    "K": "wnnnnnnww", "L": "nnwnnnnww", "M": "wnwnnnnwn", "N": "nnnnwnnww", "O": "wnnnwnnwn",
    "P": "nnwnwnnwn", "Q": "nnnnnnwww", "R": "wnnnnnwwn", "S": "nnwnnnwwn", "T": "nnnnwnwwn",
    "U": "wwnnnnnnw", "V": "nwwnnnnnw", "W": "wwwnnnnnn", "X": "nwnnwnnnw", "Y": "wwnnwnnnn",
    "Z": "nwwnwnnnn", "-": "nwnnnnwnw", "*": "nwnnwnwnn",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bars:
    """Black bars as (x, width), and the whole width, in modules."""

    bars: tuple[tuple[int, int], ...]
    width: int


def code_39(text: str) -> Bars:
    """The bars of capitals, digits and dashes, between the two start and stop marks. Raises KeyError otherwise."""
    x, bars = 0, []
    for letter in f"*{text}*":
        for rank, kind in enumerate(PATTERNS[letter]):
            width = WIDE if kind == "w" else NARROW
            if rank % 2 == 0:
                bars.append((x, width))
            x += width
        x += NARROW
    return Bars(tuple(bars), x - NARROW)
