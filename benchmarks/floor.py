"""The floor: what any importer must at least do with these files, in one process, and nothing more.

Each school's two large documents are parsed with lxml's iterparse into tuples and copied into unlogged tables, then
four set-based merges (pupils, guardians, guardianships, enrolments) bring tables of its own up to date. No check, no
matching, no difference told, no history, no file kept, no foreign key, no index but the keys; one commit.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
from lxml import etree


Row = tuple[str | None, ...]
TABLES = {
    "pupil": ("ine", ("source_id", "family_name", "usage_name", "given_name", "birth_on", "email", "phone")),
    "guardian": ("uai, source_id", ("title", "family_name", "given_name", "email", "phone")),
    "guardianship": ("uai, pupil_id, guardian_id", ("level", "kinship")),
    "enrolment": ("uai, ine", ("mef", "class_code", "status", "entered_on", "is_repeater")),
}


class Floor:
    """Its tables in a schema of their own; `load` is one night."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg2.connect(url)
        self._cursor = self._connection.cursor()
        self._cursor.execute("DROP SCHEMA IF EXISTS floor CASCADE; CREATE SCHEMA floor")
        for name, (key, values) in TABLES.items():
            columns = ", ".join(f"{column} text" for column in (*key.split(", "), *values))
            self._cursor.execute(f"CREATE TABLE floor.{name} ({columns}, PRIMARY KEY ({key}))")
            self._cursor.execute(f"CREATE UNLOGGED TABLE floor.staged_{name} ({columns})")
        self._connection.commit()

    @property
    def backend(self) -> int:
        return self._connection.info.backend_pid

    def load(self, folders: Iterable[Path]) -> int:
        """The files of these folders; how many pupils the tables hold at the end."""
        for folder in folders:
            self._stage(folder)
        for name, (key, values) in TABLES.items():
            self._merge(name, key, values)
        self._connection.commit()
        return self.count("pupil")

    def count(self, table: str) -> int:
        """The rows of one of its tables."""
        self._cursor.execute(f"SELECT count(*) FROM floor.{table}")  # noqa: S608 - one of TABLES
        return int(self._cursor.fetchone()[0])

    def close(self) -> None:
        self._cursor.execute("DROP SCHEMA floor CASCADE")
        self._connection.commit()
        self._connection.close()

    def _stage(self, folder: Path) -> None:
        uai = folder.name
        pupils, enrolments = read_pupils(uai, _unzip(folder / "ExportXML_ElevesAvecAdresses.zip"))
        guardians, links = read_guardians(uai, _unzip(folder / "ExportXML_ResponsablesAvecAdresses.zip"))
        staged = {"pupil": pupils, "guardian": guardians, "guardianship": links, "enrolment": enrolments}
        for name, rows in staged.items():
            text = "".join("\t".join(["\\N" if v is None else v for v in row]) + "\n" for row in rows)
            self._cursor.copy_expert(f"COPY floor.staged_{name} FROM STDIN", io.StringIO(text))

    def _merge(self, name: str, key: str, values: tuple[str, ...]) -> None:
        new = ", ".join(f"{value} = EXCLUDED.{value}" for value in values)
        old, fresh = (", ".join(f"{side}.{value}" for value in values) for side in (name, "EXCLUDED"))
        self._cursor.execute(
            f"INSERT INTO floor.{name} SELECT * FROM floor.staged_{name} ON CONFLICT ({key})"  # noqa: S608
            f" DO UPDATE SET {new} WHERE ({old}) IS DISTINCT FROM ({fresh}); TRUNCATE floor.staged_{name}"
        )


def read_pupils(uai: str, data: bytes) -> tuple[list[Row], list[Row]]:
    pupils: list[Row] = []
    enrolments: list[Row] = []
    classes = {}
    for element in _elements(data, "ELEVE", "STRUCTURES_ELEVE"):
        if element.tag == "ELEVE":
            get = {child.tag: child.text for child in element}.get
            ine = get("ID_NATIONAL")
            pupils.append(
                (ine, element.get("ELEVE_ID"), get("NOM_DE_FAMILLE"), get("NOM_USAGE"), get("PRENOM"),
                 get("DATE_NAISS"), get("MEL"), get("TEL_PORTABLE"))
            )  # fmt: skip
            enrolments.append(
                (uai, ine, get("CODE_MEF"), element.get("ELEVE_ID"), get("CODE_STATUT"), get("DATE_ENTREE"),
                 get("DOUBLEMENT"))
            )  # fmt: skip
        else:
            classes[element.get("ELEVE_ID")] = element.findtext(
                "STRUCTURE[TYPE_STRUCTURE='D']/CODE_STRUCTURE"
            )
    return pupils, [(*row[:3], classes.get(row[3]), *row[4:]) for row in enrolments]


def read_guardians(uai: str, data: bytes) -> tuple[list[Row], list[Row]]:
    people: list[Row] = []
    links: list[Row] = []
    for element in _elements(data, "PERSONNE", "RESPONSABLE_ELEVE"):
        get = {child.tag: child.text for child in element}.get
        if element.tag == "PERSONNE":
            people.append(
                (uai, element.get("PERSONNE_ID"), get("LC_CIVILITE"), get("NOM_DE_FAMILLE"), get("PRENOM"),
                 get("MEL"), get("TEL_PORTABLE"))
            )  # fmt: skip
        else:
            links.append(
                (uai, get("ELEVE_ID"), get("PERSONNE_ID"), get("NIVEAU_RESPONSABILITE"), get("CODE_PARENTE"))
            )
    return people, links


def _elements(data: bytes, *tags: str) -> Iterator[Any]:
    for _event, element in etree.iterparse(io.BytesIO(data), tag=tags):
        yield element
        element.clear()


def _unzip(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(archive.namelist()[0])


def cpu_seconds(pid: int | str = "self") -> float:
    """Processor time a process has used so far: its own and the kernel's for it."""
    with Path(f"/proc/{pid}/stat").open() as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
