"""The words a cell may hold: those the template offers, and those people write instead. French is the format itself."""

from collections.abc import Mapping

from schools.sources.rows import APPRENTICE_STATUS, CONTACT, IN_CHARGE, LEGAL, SCHOOL_STATUS


YES_NO: Mapping[str, bool] = {"Oui": True, "Non": False}
STATUSES: Mapping[str, str] = {"Scolaire": SCHOOL_STATUS, "Apprenti": APPRENTICE_STATUS}
CIVILITIES: Mapping[str, str] = {"Mme": "Mme", "M.": "M."}
ROLES: Mapping[str, int] = {"Représentant légal": LEGAL, "En charge": IN_CHARGE, "Contact": CONTACT}
KINSHIPS: Mapping[str, str] = {
    "Mère": "10",
    "Père": "20",
    "Fratrie": "37",
    "Ascendant": "38",
    "Autre membre de la famille": "39",
    "Éducateur": "41",
    "Assistant familial": "42",
    "Tuteur": "50",
    "Aide sociale à l’enfance": "51",
    "Élève lui-même": "70",
    "Autre lien": "90",
}
FLAGS = {**YES_NO, "O": True, "N": False, "1": True, "0": False, "Vrai": True, "Faux": False, "X": True}
STATUS_WORDS = {**STATUSES, "ST": "ST", "AP": "AP", "Scolarisé": "ST", "Élève": "ST", "Étudiant": "ST"}
CIVILITY_WORDS = {**CIVILITIES, "Madame": "Mme", "Monsieur": "M.", "Mlle": "Mme", "Melle": "Mme", "Mr": "M."}
ROLE_WORDS = {
    **ROLES,
    "Légal": LEGAL,
    "1": LEGAL,
    "2": IN_CHARGE,
    "3": CONTACT,
    "Personne en charge": IN_CHARGE,
}
KINSHIP_WORDS = {
    **KINSHIPS,
    **{code: code for code in KINSHIPS.values()},
    "Frère": "37",
    "Sœur": "37",
    "Grand-parent": "38",
    "Grand-mère": "38",
    "Grand-père": "38",
    "Tutrice": "50",
    "Éducatrice": "41",
    "Assistante familiale": "42",
    "ASE": "51",
    "Autre": "90",
}
