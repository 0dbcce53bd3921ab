"""SIECLE documents made by hand: one valid pupil, and whatever a test puts around or inside."""

HEADER = "<PARAMETRES><UAJ>0149001H</UAJ><ANNEE_SCOLAIRE>2026</ANNEE_SCOLAIRE></PARAMETRES>"


def pupil_xml(inside: str = "", given_name: str = "Zoé") -> str:
    """A pupil whom every check accepts."""
    return (
        '<ELEVE ELEVE_ID="1"><ID_NATIONAL>123456789AB</ID_NATIONAL><NOM_DE_FAMILLE>Essai</NOM_DE_FAMILLE>'
        f"<PRENOM>{given_name}</PRENOM><DATE_NAISS>14/03/2011</DATE_NAISS>{inside}</ELEVE>"
    )


def document(body: str = "", *, doctype: str = "", encoding: str = "UTF-8", root: str = "BEE_ELEVES") -> str:
    """A whole document; `body` goes where the pupils are."""
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>{doctype}<{root}>{HEADER}'
        f"<DONNEES><ELEVES>{body}</ELEVES></DONNEES></{root}>"
    )
