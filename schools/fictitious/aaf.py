"""The directory feed (AAF) of fictitious schools: Complet files in parts, and the requests a Delta is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from xml.sax.saxutils import escape

from schools.fictitious.region import STUDIES, FictitiousLink, FictitiousPupil, FictitiousSchool


_ENCODING = "ISO-8859-15"
_FIRST_STRUCTURE = 3100
_FIRST_GUARDIAN = 5_000_000
_STATUSES = {"ST": "SCOLAIRE", "AP": "APPRENTI"}
Attributes = dict[str, str | list[str]]


def aaf_files(
    schools: Sequence[FictitiousSchool], *, on: date, who: str = "", part_size: int = 1000
) -> dict[str, bytes]:
    """A complete feed, by file name; `who` is the region, or the school's own number for one school."""
    who = who or schools[0].uai
    requests = {
        "EtabEducNat": [structure_request(school, rank) for rank, school in enumerate(schools)],
        "Eleve": [pupil_request(p, rank) for rank, school in enumerate(schools) for p in school.pupils],
        "PersRelEleve": guardian_requests(schools),
        "MefEducNat": study_requests(),
    }
    return {
        f"ENT_{who}_Complet_{on:%Y%m%d}_{kind}_{part:04d}.xml": aaf_document(rows[start : start + part_size])
        for kind, rows in requests.items()
        for part, start in enumerate(range(0, len(rows) or 1, part_size))
    }


def aaf_document(requests: Iterable[str]) -> bytes:
    """One file."""
    text = (
        f'<?xml version="1.0" encoding="{_ENCODING}"?>\n<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">\n'
        f"<ficAlimMENESR>\n{''.join(requests)}</ficAlimMENESR>\n"
    )
    return text.encode(_ENCODING, errors="replace")


def add(category: str, number: object, attributes: Attributes) -> str:
    """An addRequest; attributes left empty are written so, as the feed does."""
    return _request("addRequest", category, number, "attributes", "attr name", attributes)


def modify(category: str, number: object, attributes: Attributes) -> str:
    """A modifyRequest of those attributes only."""
    named = 'modification operation="replace" name'
    return _request("modifyRequest", category, number, "modifications", named, attributes)


def delete(category: str, number: object) -> str:
    """A deleteRequest."""
    return _request("deleteRequest", category, number, "", "", {})


def pupil_number(pupil: FictitiousPupil) -> int:
    return 1_000_000 + pupil.eleve_id


def guardian_number(link: FictitiousLink) -> int:
    return _FIRST_GUARDIAN + link.guardian.person_id


def structure_request(school: FictitiousSchool, rank: int) -> str:
    values: Attributes = {"ENTStructureUAI": school.uai, "ENTStructureNomCourant": school.name}
    return add("EtabEducNat", _FIRST_STRUCTURE + rank, values)


def pupil_request(pupil: FictitiousPupil, rank: int = 0) -> str:
    """One pupil of the school of that rank in the feed."""
    return add("Eleve", pupil_number(pupil), pupil_attributes(pupil, rank))


def pupil_attributes(pupil: FictitiousPupil, rank: int = 0) -> Attributes:
    structure = _FIRST_STRUCTURE + rank
    left = f"{structure}${pupil.exit_on:%d/%m/%Y}${pupil.class_code}" if pupil.exit_on else ""
    return {
        "ENTPersonJointure": str(pupil_number(pupil)),
        "ENTEleveINE": pupil.ine,
        "ENTEleveStructRattachId": str(pupil.eleve_id),
        "ENTPersonDateNaissance": f"{pupil.birth_on:%d/%m/%Y}",
        "ENTPersonNomPatro": pupil.family_name,
        "sn": pupil.usage_name or pupil.family_name,
        "givenName": pupil.given_name,
        "mail": pupil.email,
        "mobile": pupil.phone,
        "ENTElevePersRelEleve": [relation(link) for link in pupil.links],
        "ENTEleveStatutEleve": _STATUSES[pupil.status],
        "ENTEleveMEF": pupil.study.mef,
        "ENTEleveLibelleMEF": pupil.study.label.upper(),
        "ENTPersonStructRattach": str(structure),
        "ENTEleveClasses": f"{structure}${pupil.class_code}" if pupil.class_code else "",
        "ENTEleveDateEntreeClasses": f"{structure}${pupil.entry_on:%d/%m/%Y}${pupil.class_code}",
        "ENTEleveDateSortieClasses": left,
    }


def relation(link: FictitiousLink) -> str:
    """« guardian$kinship$pays$legal$contact$paid »."""
    return f"{guardian_number(link)}${link.kinship}$0${int(link.level == 1)}${int(link.is_priority)}$0"


def guardian_requests(schools: Iterable[FictitiousSchool]) -> list[str]:
    """Everybody's guardians, each once."""
    links = {link.guardian.person_id: link for one in schools for pupil in one.pupils for link in pupil.links}
    return [add("PersRelEleve", guardian_number(link), guardian_attributes(link)) for link in links.values()]


def guardian_attributes(link: FictitiousLink) -> Attributes:
    person = link.guardian
    return {
        "ENTPersonJointure": str(guardian_number(link)),
        "ENTPersonNomPatro": person.family_name,
        "sn": person.family_name,
        "givenName": person.given_name,
        "personalTitle": "Mme" if person.civility == "MME" else "M.",
        "mobile": person.phone,
        "mail": person.email,
    }


def study_requests() -> list[str]:
    return [
        add(
            "Mef",
            one.mef,
            {"ENTMefJointure": one.mef, "ENTLibelleMef": one.label, "ENTMEFSTAT11": one.mefstat},
        )
        for one in STUDIES
    ]


def _request(tag: str, category: str, number: object, group: str, item: str, attributes: Attributes) -> str:
    closing = item.split()[0] if item else ""
    items = "".join(f'<{item}="{name}">{_values(value)}</{closing}>' for name, value in attributes.items())
    body = f"<{group}>{items}</{group}>" if group else ""
    return (
        f'<{tag}><operationalAttributes><attr name="categoriePersonne"><value>{category}</value></attr>'
        f"</operationalAttributes><identifier><id>{number}</id></identifier>{body}</{tag}>\n"
    )


def _values(value: str | list[str]) -> str:
    values = [value] if isinstance(value, str) else value or [""]
    return "".join(f"<value>{escape(one)}</value>" if one else "<value/>" for one in values)
