"""The columns of the table: their titles, those of SIECLE's personalised extraction, how each is read and explained.

Titles are the format itself, so they are French whatever the language of the page. Columns come in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from import_export.widgets import Widget

from schools.sources.tables.cells import (
    ChoiceCell,
    CodeCell,
    DateCell,
    EmailCell,
    NumberCell,
    PhoneCell,
    TextCell,
    key_of,
)
from schools.sources.tables.words import (
    CIVILITIES,
    CIVILITY_WORDS,
    FLAGS,
    KINSHIP_WORDS,
    KINSHIPS,
    ROLE_WORDS,
    ROLES,
    STATUS_WORDS,
    STATUSES,
    YES_NO,
)


GUARDIANS = (1, 2)


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is ours, `title` is that of the template, `others` are titles met elsewhere; `words` may be chosen from.

    `in_template` is False for what only other applications' tables hold.
    """

    name: str
    title: str
    widget: Widget
    help: str | Promise = ""
    example: str = ""
    others: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    is_required: bool = False
    in_template: bool = True
    keys: tuple[str, ...] = field(default=())

    def all_keys(self) -> list[str]:
        return [*self.keys] or [key_of(title) for title in (self.title, *self.others)]


PUPIL_COLUMNS = (
    Column("uai", "UAI", CodeCell(), _("The number of your school."), "", ("Code RNE", "RNE", "Code UAI")),
    Column(
        "school_year",
        "Année scolaire",
        TextCell(),
        _("The year of the month of September: 2026 for 2026-2027. May stay empty."),
        in_template=False,
    ),
    Column(
        "local_id",
        "Numéro interne",
        NumberCell(),
        _("The pupil’s number in your own base, if it has one: it never changes and never serves twice."),
        "4101",
        ("Num. Elève Etab", "Elève No Etab", "N° élève", "Matricule", "Identifiant élève"),
    ),
    Column(
        "ine",
        "INE",
        CodeCell(),
        _("11 signs, as on the report card. Without it the pupil is known but no laptop can be lent."),
        "123456789AB",
        ("Id National", "Identifiant national", "N° INE", "INE RNIE", "Ine élève"),
        is_required=True,
    ),
    Column(
        "family_name",
        "Nom de famille",
        TextCell(),
        _("The name on the birth certificate."),
        "LEFÈVRE",
        ("Nom", "Nom de naissance", "Nom élève"),
        is_required=True,
    ),
    Column("usage_name", "Nom d’usage", TextCell(), _("If it is another one."), "", ("Nom usuel",)),
    Column(
        "given_name",
        "Prénom",
        TextCell(),
        _("The first given name."),
        "Zoé",
        ("Prénom 1", "Premier prénom", "Prénom usuel", "Prénom élève"),
        is_required=True,
    ),
    Column(
        "birth_on",
        "Date de naissance",
        DateCell(),
        _("Day, month, year: 14/03/2011."),
        "14/03/2011",
        ("Date Naissance", "Né(e) le", "Né le", "Date naiss"),
        is_required=True,
    ),
    Column(
        "mef",
        "Code MEF",
        CodeCell(),
        _("The study code of the ministry, 11 signs. It tells whether the pupil is to be equipped."),
        "20010019110",
        ("MEF", "Code formation"),
        is_required=True,
    ),
    Column("study_label", "Formation", TextCell(), others=("Lib. MEF", "Libellé MEF"), in_template=False),
    Column("level", "MEFSTAT", CodeCell(), others=("Code MEFSTAT", "MEFSTAT 11"), in_template=False),
    Column(
        "class_code",
        "Classe",
        TextCell(),
        _("The class, written the same way for all its pupils."),
        "2GT3",
        ("Code Structure", "Division", "Code division", "Code classe", "Label classe"),
        is_required=True,
    ),
    Column("structure_type", "Type Structure", CodeCell(), in_template=False),
    Column(
        "status",
        "Statut",
        ChoiceCell(STATUS_WORDS, "Scolaire"),
        _("Empty means Scolaire."),
        "Scolaire",
        ("Code statut", "Statut élève"),
        tuple(STATUSES),
    ),
    Column(
        "is_repeater",
        "Redoublant",
        ChoiceCell(FLAGS, "Non"),
        _("Whether the pupil repeats the year."),
        "Non",
        ("Doublement", "Redoublement"),
        tuple(YES_NO),
    ),
    Column(
        "entry_on",
        "Date d’entrée",
        DateCell(),
        _("The first day in the school."),
        "01/09/2026",
        ("Date début",),
    ),
    Column(
        "exit_on",
        "Date de sortie",
        DateCell(),
        _("The last day, for a pupil who leaves: keep the line until the end of the year."),
        "",
        ("Date fin",),
    ),
    Column("exit_reason", "Motif de sortie", CodeCell(), others=("Code motif sortie",), in_template=False),
    Column(
        "email",
        "Courriel de l’élève",
        EmailCell(),
        _("Needed for adult pupils, who sign themselves."),
        "",
        ("Email", "Mel", "Email élève", "Courriel", "Adresse électronique"),
    ),
    Column(
        "phone",
        "Portable de l’élève",
        PhoneCell(),
        _("Mobile telephone."),
        "",
        ("Tél. Portable", "Téléphone portable", "Tél. mobile", "Tél. Personnel"),
    ),
    Column("previous_mef", "MEF de l’année dernière", CodeCell(), in_template=False),
    Column("previous_uai", "UAI de l’année dernière", CodeCell(), in_template=False),
)


def _guardian_columns(number: int) -> tuple[Column, ...]:
    """The block of one guardian; its titles end in « responsable 1 », « Repr. Lég. 1 »…"""

    def column(
        name: str, title: str, widget: Widget, help_: Any, example: str, *others: str, **more: Any
    ) -> Column:
        keys = tuple(f"{key_of(base)}/{number}" for base in (title, *others))
        return Column(
            f"{name}_{number}", f"{title} responsable {number}", widget, help_, example, keys=keys, **more
        )

    name_ = _("A guardian has a family name and a given name; leave the whole block empty if there is none.")
    example = ("LEFÈVRE", "Anne", "Mère", "anne.lefevre@example.org") if number == 1 else ("", "", "", "")
    return (
        column("civility", "Civilité", ChoiceCell(CIVILITY_WORDS, "Mme"), "", "", words=tuple(CIVILITIES)),
        column("family_name", "Nom de famille", TextCell(), name_, example[0], "Nom"),
        column("usage_name", "Nom d’usage", TextCell(), _("If it is another one."), "", "Nom usuel"),
        column("given_name", "Prénom", TextCell(), name_, example[1]),
        column(
            "kinship",
            "Lien de parenté",
            ChoiceCell(KINSHIP_WORDS, "Mère"),
            _("What this person is to the pupil."),
            example[2],
            "Lien Parenté",
            "Lien",
            "Parenté",
            words=tuple(KINSHIPS),
        ),
        column(
            "role",
            "Rôle",
            ChoiceCell(ROLE_WORDS, "Représentant légal"),
            _("Only a legal guardian signs. Empty means Représentant légal."),
            "",
            words=tuple(ROLES),
        ),
        column(
            "email",
            "Courriel",
            EmailCell(),
            _("Where the convention is sent. The same address may serve several people."),
            example[3],
            "Email",
            "Mel",
            "Adresse électronique",
        ),
        column(
            "phone", "Portable", PhoneCell(), _("Mobile telephone."), "", "Tél. Portable", "Tél. Personnel"
        ),
        column(
            "is_priority",
            "À contacter en premier",
            ChoiceCell(FLAGS, "Oui"),
            _("Oui for the one guardian to write to first."),
            "",
            "A contacter en priorité",
            words=tuple(YES_NO),
        ),
    )


GUARDIAN_COLUMNS = {number: _guardian_columns(number) for number in GUARDIANS}
COLUMNS = (*PUPIL_COLUMNS, *GUARDIAN_COLUMNS[1], *GUARDIAN_COLUMNS[2])
BY_NAME = {column.name: column for column in COLUMNS}
