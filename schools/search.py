"""How names are compared: without accents, case, ligatures or punctuation."""

import re
import unicodedata
from functools import lru_cache


LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})


def search_key(*names: str) -> str:
    """« LEFÈVRE-D'ŒUVRE », « Zoé » → « lefevre d oeuvre zoe », led by a space so each word starts after one."""
    return " " + " ".join(filter(None, map(_words, names)))


@lru_cache(maxsize=50_000)
def _words(name: str) -> str:
    text = unicodedata.normalize("NFKD", name.lower().translate(LIGATURES))
    plain = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", plain))
