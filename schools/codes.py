"""The ministry's codes: schools (UAI), pupils (INE), studies (MEF) and their levels (MEFSTAT).

Pure functions. The shapes come from the ministry's published files; none is a secret and none proves an identity.
"""

import re


KEY_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # 23 letters: no I, O or Q
_UAI = re.compile(r"[0-9]{7}[A-Z]")
_INE_SHAPES = re.compile(
    r"[0-9]{9}[A-Z]{2}"  # RNIE, since 2018: no public key
    r"|[0-9]{10}[A-Z]"  # BEA: the last letter is a key
    r"|[0-9]{4}A[0-9]{5}[A-Z]"  # apprentices
)
_BEA = re.compile(r"[0-9]{10}[A-Z]")
_MEF = re.compile(r"[0-9]{3}[0-9A-Z]{5}[0-9]{2}[0-9A-Z]")
_MEFSTAT = re.compile(r"[0-9][0-9A-Z]{10}")


def key_letter(number: int) -> str:
    """The ministry's check letter: the number modulo 23 in an alphabet of 23 letters."""
    return KEY_LETTERS[number % 23]


def is_uai(text: str) -> bool:
    """Seven digits and their key letter: « 0140013N » is one, « 0140013A » is not."""
    return bool(_UAI.fullmatch(text)) and text[7] == key_letter(int(text[:7]))


def make_uai(number: int) -> str:
    """The UAI of a seven-digit number, with its key letter."""
    return f"{number:07d}{key_letter(number)}"


def department_of(uai: str) -> str:
    """The department on three digits, as in the school directory: « 014 », « 720 » for Haute-Corse."""
    return uai[:3]


def is_ine(text: str) -> bool:
    """One of the three shapes of a pupil's number; the key is checked where its algorithm is public."""
    if not _INE_SHAPES.fullmatch(text):
        return False
    return not _BEA.fullmatch(text) or text[10] == key_letter(int(text[:10]))


def clean_ine(text: str | None) -> str:
    """The number in capitals without spaces, or "" when it is none: never trust a malformed number."""
    if not text:
        return ""
    compact = "".join(text.split()).upper()
    return compact if is_ine(compact) else ""


def is_mef(text: str) -> bool:
    """Eleven characters: 3 of course, 5 of speciality, 1 of duration, 1 of year, 1 of local variant."""
    return bool(_MEF.fullmatch(text))


def mefstat4(mefstat: str) -> str:
    """The level, first four characters of a CODE_MEFSTAT, or "" when the code is malformed."""
    return mefstat[:4] if _MEFSTAT.fullmatch(mefstat) else ""


# (course prefixes, duration and year; None when any) → level. Source: the MEF tables of the ministry, vocational and
# agricultural (2025-2026) and the directory feed of 2013 (2,504 codes).
_LEVEL_TABLE: tuple[tuple[tuple[str, ...], tuple[str, ...] | None, str], ...] = (
    (("200", "210", "220"), ("11",), "2211"),
    (("201", "211", "213", "221"), None, "2212"),
    (("202", "212", "214", "222"), None, "2213"),
    (("247", "276"), ("31", "41"), "2381"),
    (("247", "276"), ("32", "42"), "2382"),
    (("247", "276"), ("33", "43"), "2383"),
    (("241", "271"), ("21",), "2321"),
    (("241", "271"), ("22",), "2322"),
    (("240", "270"), None, "2311"),
)
_LEVELS = {
    (prefix, step): level
    for prefixes, steps, level in _LEVEL_TABLE
    for prefix in prefixes
    for step in steps or ("",)
}


def level_from_mef(mef: str) -> str:
    """The level a MEF code lets one deduce when no nomenclature came, or "" when it says nothing sure.

    Only for want of CODE_MEFSTAT, which wins: « 24120003210 » gives « 2321 », first year of a two-year CAP.
    """
    if not is_mef(mef):
        return ""
    prefix, step = mef[:3], mef[8:10]
    return _LEVELS.get((prefix, step)) or _LEVELS.get((prefix, ""), "")
