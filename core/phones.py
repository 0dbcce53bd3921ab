"""French telephone numbers, as an operator wants them: the national plan of ARCEP (decision 2018-0881, as amended)."""

import re


ABROAD = re.compile(r"^\+\d{8,15}$")
NATIONAL = re.compile(r"^0\d{9}$")
MOBILE = re.compile(r"^0[67]\d{8}$")
# Overseas mobiles answer under the country code of their territory.
OVERSEAS = {
    "0690": "+590",
    "0691": "+590",
    "0694": "+594",
    "0696": "+596",
    "0697": "+596",
    "0692": "+262",
    "0693": "+262",
}


def mobile_number(written: str) -> str:
    """The number in international form when a text message can reach it, else "".

    « 06 39 98 12 34 » gives `+33639981234`. A number that already is international is believed, unless it is a French
    landline.
    """
    digits = re.sub(r"[^\d+]", "", written)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if digits.startswith("+33"):
        digits = f"0{digits[3:].removeprefix('0')}"
    if MOBILE.match(digits):
        return f"{OVERSEAS.get(digits[:4], '+33')}{digits[1:]}"
    return digits if ABROAD.match(digits) else ""


def spoken_number(number: str) -> str:
    """As the French read it aloud: « 06 39 98 12 34 » for `+33639981234`; a number of elsewhere is left as it is."""
    digits = re.sub(r"[^\d+]", "", number)
    digits = f"0{digits[3:]}" if digits.startswith("+33") else digits
    if not NATIONAL.match(digits):
        return number
    return "\u00a0".join(digits[start : start + 2] for start in range(0, 10, 2))


def masked_number(number: str) -> str:
    """What tells its owner which telephone it is, and nobody else its number: « 06 •• •• •• 34 », of `+33639981234`."""
    if not number:
        return ""
    written = spoken_number(number)
    start = written[:2] if written != number else number[:3]
    return "\u00a0".join((start, "••", "••", "••", number[-2:]))
