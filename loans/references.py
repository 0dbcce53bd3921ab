"""What people quote on the phone: « N26-004217-K ». Pure."""

import re


LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # no I, O, Q: nobody confuses them with 1 and 0
SHAPE = re.compile(r"^([A-Z]\d{2})-(\d{6,})-([A-Z])$")


def prefix_of(slug: str, school_year: int) -> str:
    """« normandie-2026 » → « N26 »."""
    return f"{slug[:1].upper()}{school_year % 100:02d}"


def reference(prefix: str, number: int) -> str:
    """The number with its check letter, which catches any one wrong digit and any two digits swapped."""
    return f"{prefix}-{number:06d}-{LETTERS[number % len(LETTERS)]}"


def number_of(text: str) -> int | None:
    """The number in a reference; None when the shape or the check letter is wrong."""
    found = SHAPE.match(text.strip().upper())
    if not found or LETTERS[int(found[2]) % len(LETTERS)] != found[3]:
        return None
    return int(found[2])
