"""Schools, pupils and guardians drawn from a seed. The same arguments give the same region, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from schools.codes import make_uai
from schools.fictitious.names import (
    ADULT_GIVEN_NAMES,
    FAMILY_NAMES,
    GIVEN_NAMES,
    SCHOOL_NAMES,
    TOWNS,
    WOMEN_GIVEN_NAMES,
)


NORMANDIE = ("014", "027", "050", "061", "076")
"""Departments of the default region. The serial numbers 9001 and above are given to no real school."""

_FIRST_SERIAL = 9001
OUTSIDE_UAI = make_uai(7_209_001)
"""A school of another region, where newcomers were last year."""
CLASS_SIZE = 30


@dataclass(frozen=True, slots=True)
class Study:
    """A study code, its level, its label, the usual age in September of the year and the prefix of its classes."""

    mef: str
    mefstat: str
    label: str
    age: int
    class_prefix: str


STUDIES = (
    Study("20010019110", "22111410019", "Seconde générale et technologique", 15, "2GT"),
    Study("20110019110", "22121410019", "Première générale", 16, "1G"),
    Study("20210019110", "22131410019", "Terminale générale", 17, "TG"),
    Study("24731212310", "23812431212", "Seconde pro métiers de la relation client", 15, "2PRO "),
    Study("24731212320", "23822431212", "Première pro métiers du commerce", 16, "1PRO "),
    Study("24731212330", "23832431212", "Terminale pro métiers du commerce", 17, "TPRO "),
    Study("24122143210", "23212221435", "1re année de CAP en 2 ans cuisine", 15, "1CAP "),
    Study("24122143220", "23222221435", "2e année de CAP en 2 ans cuisine", 16, "2CAP "),
)
_BY_KIND = {
    "LGT": ((0, 38), (1, 32), (2, 30)),
    "LP": ((3, 28), (4, 22), (5, 20), (6, 17), (7, 13)),
    "LPO": ((0, 24), (1, 20), (2, 18), (3, 12), (4, 9), (5, 7), (6, 6), (7, 4)),
}
KINDS = ("LGT", "LPO", "LP")


@dataclass(slots=True)
class FictitiousGuardian:
    """A person around pupils. An empty e-mail is a family the programme must reach otherwise."""

    person_id: int
    civility: str
    family_name: str
    given_name: str
    email: str
    phone: str


@dataclass(slots=True)
class FictitiousLink:
    guardian: FictitiousGuardian
    level: int
    kinship: str
    is_priority: bool
    houses_pupil: bool


@dataclass(slots=True)
class FictitiousPupil:
    """A pupil as the school typed them, mistakes included."""

    eleve_id: int
    ine: str
    family_name: str
    given_name: str
    birth_on: date
    study: Study
    class_code: str
    entry_on: date
    usage_name: str = ""
    old_ine: str = ""
    exit_on: date | None = None
    exit_reason: str = ""
    is_repeater: bool = False
    email: str = ""
    phone: str = ""
    status: str = "ST"
    previous_mef: str = ""
    previous_uai: str = ""
    links: list[FictitiousLink] = field(default_factory=list)


@dataclass(slots=True)
class FictitiousSchool:
    uai: str
    name: str
    kind: str
    town: str
    postcode: str
    department: str
    is_private: bool
    is_farming: bool
    latitude: float
    longitude: float
    pupils: list[FictitiousPupil] = field(default_factory=list)

    @property
    def class_codes(self) -> list[str]:
        return sorted({pupil.class_code for pupil in self.pupils if pupil.class_code})


@dataclass(slots=True)
class FictitiousRegion:
    """The schools of a seed, the counters from which later arrivals are drawn, and the names that are common there."""

    year: int
    random: Random
    schools: list[FictitiousSchool] = field(default_factory=list)
    last_pupil: int = 0
    last_person: int = 0
    family_names: Sequence[str] = FAMILY_NAMES

    def school(self, uai: str) -> FictitiousSchool:
        return next(school for school in self.schools if school.uai == uai)

    @property
    def pupil_count(self) -> int:
        return sum(len(school.pupils) for school in self.schools)


def make_region(
    *, schools: int, pupils: int, seed: int = 1, year: int = 2026, departments: tuple[str, ...] = NORMANDIE
) -> FictitiousRegion:
    """`schools` schools of `pupils` pupils each, in the school year that begins in September `year`."""
    region = FictitiousRegion(year, Random(seed))  # noqa: S311 - invented people, not secrets
    region.schools.extend(draw_schools(region, range(schools), pupils=pupils, departments=departments))
    return region


def draw_schools(
    region: FictitiousRegion, ranks: range, *, pupils: int, departments: tuple[str, ...] = NORMANDIE
) -> Iterator[FictitiousSchool]:
    """The schools of these ranks, one after another: who lets each go never holds a whole country."""
    for rank in ranks:
        school = _make_school(region.random, rank, departments)
        _fill(region, school, pupils)
        yield school


def _make_school(random: Random, rank: int, departments: tuple[str, ...]) -> FictitiousSchool:
    department = departments[rank % len(departments)]
    serial = _FIRST_SERIAL + rank // len(departments)
    kind = KINDS[rank % len(KINDS)]
    words = {"LGT": "Lycée", "LPO": "Lycée polyvalent", "LP": "Lycée professionnel"}
    is_farming = kind == "LP" and rank % 6 == 5
    title = "Lycée agricole" if is_farming else words[kind]
    suffix = "" if rank < len(SCHOOL_NAMES) else f" {rank // len(SCHOOL_NAMES) + 1}"
    return FictitiousSchool(
        uai=make_uai(int(department) * 10_000 + serial),
        name=f"{title} {SCHOOL_NAMES[rank % len(SCHOOL_NAMES)]}{suffix}",
        kind=kind,
        town=TOWNS[rank % len(TOWNS)],
        postcode=f"{department[1:]}{900 + rank % 100:03d}",
        department=department,
        is_private=rank % 5 == 4,
        is_farming=is_farming,
        latitude=round(48.5 + random.random(), 5),
        longitude=round(-1.5 + 2.5 * random.random(), 5),
    )


def _fill(region: FictitiousRegion, school: FictitiousSchool, count: int) -> None:
    shares = _BY_KIND[school.kind]
    total = sum(weight for _study, weight in shares)
    counts = [count * weight // total for _study, weight in shares]
    counts[0] += count - sum(counts)
    for (index, _weight), size in zip(shares, counts, strict=True):
        for rank in range(size):
            class_code = f"{STUDIES[index].class_prefix}{rank // CLASS_SIZE + 1}"
            school.pupils.append(make_pupil(region, school, STUDIES[index], class_code))


def make_pupil(
    region: FictitiousRegion,
    school: FictitiousSchool,
    study: Study,
    class_code: str,
    entry_on: date | None = None,
) -> FictitiousPupil:
    """One more pupil of the school, with their guardians; one in nine has a brother or sister there."""
    random = region.random
    region.last_pupil += 1
    number = region.last_pupil
    is_repeater = random.random() < 0.04
    elder = random.choice(school.pupils) if school.pupils and random.random() < 0.11 else None
    pupil = FictitiousPupil(
        eleve_id=900_000 + number,
        ine=_make_ine(number),
        family_name=elder.family_name if elder else random.choice(region.family_names),
        given_name=random.choice(GIVEN_NAMES),
        birth_on=_birth_on(random, region.year, study.age + (1 if is_repeater else 0)),
        study=study,
        class_code=class_code,
        entry_on=entry_on or date(region.year, 9, 1),
        is_repeater=is_repeater,
        status="AP" if study.mefstat[:2] == "23" and random.random() < 0.03 else "ST",
        previous_mef=study.mef if is_repeater else _PREVIOUS.get(study.mef, "10310019110"),
        previous_uai=school.uai if is_repeater or study.mef in _PREVIOUS else "",
    )
    if pupil.previous_uai and not is_repeater and random.random() < 0.03:
        pupil.previous_uai = OUTSIDE_UAI
    pupil.links = list(elder.links) if elder and elder.links else _make_links(region, pupil)
    if is_adult(pupil, date(region.year, 9, 1)):
        pupil.email = f"eleve.{number}@example.org"
        pupil.phone = _phone(number)
    return pupil


_PREVIOUS = {
    "20110019110": "20010019110",
    "20210019110": "20110019110",
    "24731212320": "24731212310",
    "24731212330": "24731212320",
    "24122143220": "24122143210",
}


def is_adult(pupil: FictitiousPupil, on: date) -> bool:
    return (on.year - pupil.birth_on.year, on.month, on.day) >= (18, pupil.birth_on.month, pupil.birth_on.day)


def _birth_on(random: Random, year: int, age: int) -> date:
    late = 0 if random.random() < 0.88 else random.choice((1, 1, 2))
    return date(year - age - late, 1, 1) + timedelta(days=random.randrange(365))


def _make_ine(number: int) -> str:
    letters = "ABCDEFGHJK"
    return f"{910_000_000 + number:09d}{letters[number % 10]}{letters[number // 10 % 10]}"


def _make_links(region: FictitiousRegion, pupil: FictitiousPupil) -> list[FictitiousLink]:
    """Mostly two parents; 3 % have nobody, 2 % live in a foster family, some are legally alone with one parent."""
    random = region.random
    draw = random.random()
    if draw < 0.03:
        return []
    if draw < 0.05:
        return [FictitiousLink(_make_guardian(region, pupil, "MME"), 2, "42", True, True)]
    mother = FictitiousLink(_make_guardian(region, pupil, "MME"), 1, "10", True, True)
    if draw < 0.30:
        return [mother]
    father = FictitiousLink(_make_guardian(region, pupil, "M."), 1, "20", False, draw > 0.55)
    if draw > 0.96:
        aunt = FictitiousLink(_make_guardian(region, pupil, "MME"), 3, "39", False, False)
        return [mother, father, aunt]
    return [mother, father]


def _make_guardian(region: FictitiousRegion, pupil: FictitiousPupil, civility: str) -> FictitiousGuardian:
    random = region.random
    region.last_person += 1
    number = region.last_person
    return FictitiousGuardian(
        person_id=800_000 + number,
        civility=civility,
        family_name=pupil.family_name if random.random() < 0.7 else random.choice(region.family_names),
        given_name=_fitting(random.choice(ADULT_GIVEN_NAMES), civility),
        email="" if random.random() < 0.05 else f"parent.{number}@example.org",
        phone=_phone(number),
    )


def _fitting(name: str, civility: str) -> str:
    """The name drawn, or the next of the list that goes with the civility: no « Mme Jérôme »."""
    start = ADULT_GIVEN_NAMES.index(name)
    names = ADULT_GIVEN_NAMES[start:] + ADULT_GIVEN_NAMES[:start]
    return next(one for one in names if (one in WOMEN_GIVEN_NAMES) == (civility == "MME"))


def _phone(number: int) -> str:
    """In the block reserved for fiction: 06 39 98 00 00 to 06 39 98 99 99."""
    return f"+336399{80_000 + number % 10_000}"
