"""How names are compared: without accents, case, ligatures or punctuation."""

import re
import unicodedata


LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})


def search_key(*names: str) -> str:
    """« LEFÈVRE-D'ŒUVRE », « Zoé » → « lefevre d oeuvre zoe », led by a space so each word starts after one."""
    text = unicodedata.normalize("NFKD", " ".join(names).lower().translate(LIGATURES))
    plain = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " " + " ".join(re.findall(r"[a-z0-9]+", plain))
