"""Every kind of finding about the content of an enrolment file: what is wrong, and how to mend it at the source."""

from django.utils.translation import gettext_lazy as _

from core.findings import FindingKind, Level


_EXPORT_AGAIN = _("Export the files from SIECLE again and send them together.")
_IN_PUPIL_FILE = _("Correct it in SIECLE, Base élèves, in the pupil’s file.")
_IN_GUARDIANS = _("Complete it in SIECLE, Base élèves, in the pupil’s file, « Responsables ».")

# The whole file of a school
NO_PUPILS_FILE = FindingKind(
    "no_pupils_file",
    Level.REFUSAL,
    _("The pupils’ file (ElevesSansAdresses or ElevesAvecAdresses) of this school is missing."),
    _("Send it with the other files."),
)
NO_PUPIL = FindingKind(
    "no_pupil", Level.REFUSAL, _("This file lists no pupil, which SIECLE never does."), _EXPORT_AGAIN
)
BAD_UAI = FindingKind(
    "bad_uai", Level.REFUSAL, _("The school’s number (UAI) in this file is not a valid one."), _EXPORT_AGAIN
)
UNKNOWN_SCHOOL = FindingKind(
    "unknown_school",
    Level.REFUSAL,
    _("This school is not in the directory."),
    _("Check the UAI of the file, or import the directory of schools first."),
)
WRONG_SCHOOL = FindingKind(
    "wrong_school",
    Level.REFUSAL,
    _("This file is of another school."),
    _("Check which school you were working in when you made the export, and export again."),
)
WRONG_YEAR = FindingKind(
    "wrong_year",
    Level.REFUSAL,
    _("This file is of another school year."),
    _("In SIECLE, choose the school year of the campaign before you export."),
)
FROM_FUTURE = FindingKind(
    "from_future",
    Level.REFUSAL,
    _("This file says it was made in the future."),
    _("Check the clock of the machine that made it."),
)
OLDER_FILE = FindingKind(
    "older_file",
    Level.REFUSAL,
    _("A more recent file of this school was already imported."),
    _("Export the files again today."),
)
TWO_VERSIONS = FindingKind(
    "two_versions",
    Level.REFUSAL,
    _("Two different files of the same kind came for this school, made at the same moment."),
    _("Send only one of them."),
)
BROKE_DOWN = FindingKind(
    "broke_down",
    Level.REFUSAL,
    _("The import of this school stopped on an error of ours; nothing of it was applied."),
    _("The region’s IT team finds the error in the log. The same files may be sent again afterwards."),
)
TWO_SOURCES = FindingKind(
    "two_sources",
    Level.REFUSAL,
    _("Files of two different sources came together for this school."),
    _("Send the files of one source only: SIECLE, AAF, SYGNE or FREGATA."),
)
PARTS_DISAGREE = FindingKind(
    "parts_disagree",
    Level.REFUSAL,
    _("The files of this school are not of the same school year."),
    _EXPORT_AGAIN,
)
PARTS_APART = FindingKind(
    "parts_apart", Level.WARNING, _("The files of this school were not made on the same day."), _EXPORT_AGAIN
)
OLD_FILE = FindingKind(
    "old_file",
    Level.WARNING,
    _("This file is old: nobody is said to have left because of it."),
    _("Export the files again."),
)
OLDER_COPY = FindingKind(
    "older_copy", Level.NOTE, _("A more recent file of the same kind came with it: this one was not read.")
)
BASE_YEAR = FindingKind(
    "base_year",
    Level.WARNING,
    _("The pupils’ school year of this base begins in another year than the file says."),
    _("In SIECLE, check that the base was moved to the new school year, then export the files again."),
)
NOT_NEEDED = FindingKind(
    "not_needed", Level.NOTE, _("This export holds nothing the programme needs: it was set aside.")
)
NO_LINKS = FindingKind(
    "no_links",
    Level.WARNING,
    _("The guardians’ file links nobody to any pupil: it was not used."),
    _EXPORT_AGAIN,
)

# A pupil's row that cannot be used
NO_NAME = FindingKind(
    "no_name", Level.BLOCKING, _("This pupil has no family name or no given name."), _IN_PUPIL_FILE
)
NO_BIRTH_DATE = FindingKind(
    "no_birth_date", Level.BLOCKING, _("This pupil’s date of birth is missing or unreadable."), _IN_PUPIL_FILE
)
DUPLICATE_PUPIL = FindingKind(
    "duplicate_pupil",
    Level.BLOCKING,
    _("The same internal number serves twice in this file: neither row was used."),
    _EXPORT_AGAIN,
)
DUPLICATE_INE = FindingKind(
    "duplicate_ine",
    Level.BLOCKING,
    _("Two pupils of this file have the same INE: neither row was used."),
    _("Find out in SIECLE which file is the right one, and ask the academy to correct the other INE."),
)
SAME_PUPIL = FindingKind(
    "same_pupil",
    Level.BLOCKING,
    _("Two rows of this file are of one pupil: the second was not used."),
    _("Merge or delete the second file of this pupil in SIECLE."),
)

INE_OF_ANOTHER = FindingKind(
    "ine_of_another",
    Level.BLOCKING,
    _("This INE is that of a pupil with other names and another date of birth: the row was not used."),
    _("Check the INE in SIECLE, Base élèves, « Identifiant national »."),
)

# A pupil's row that is used, with something to mend
NO_INE = FindingKind(
    "no_ine",
    Level.BLOCKING,
    _("This pupil has no INE yet: no laptop can be lent."),
    _("Ask for the INE in SIECLE, Base élèves, « Identifiant national »."),
)
BAD_INE = FindingKind(
    "bad_ine",
    Level.BLOCKING,
    _("This pupil’s INE is not a possible one: no laptop can be lent."),
    _("Check the INE in SIECLE, Base élèves, « Identifiant national »."),
)
NO_STUDY = FindingKind(
    "no_study",
    Level.WARNING,
    _("This pupil has no study code (MEF): not counted as enrolled."),
    _IN_PUPIL_FILE,
)
NO_CLASS = FindingKind(
    "no_class",
    Level.WARNING,
    _("This pupil is in no class: not counted as enrolled."),
    _("Place the pupil in a class in SIECLE, or type the exit date."),
)
UNKNOWN_STUDY = FindingKind(
    "unknown_study",
    Level.BLOCKING,
    _("The level of this pupil’s study code (MEF) is unknown: eligibility cannot be told."),
    _("Send the Nomenclature file of SIECLE with the pupils’ file; if it is there, check the code."),
)
DEDUCED_LEVEL = FindingKind(
    "deduced_level",
    Level.NOTE,
    _("The Nomenclature file does not give the level of this study code: it was deduced from the code."),
    _("Send the Nomenclature file of SIECLE with the pupils’ file."),
)
DAMAGED_NAME = FindingKind(
    "damaged_name",
    Level.WARNING,
    _("A name holds signs that no name has (? ¼ ½ ¾ ¤…): letters were lost on the way."),
    _("Type the name again in SIECLE, or send the export as SIECLE made it, without opening it."),
)
BAD_DATE = FindingKind("bad_date", Level.WARNING, _("A date is unreadable: it was left out."), _IN_PUPIL_FILE)
ODD_BIRTH_DATE = FindingKind(
    "odd_birth_date", Level.WARNING, _("This pupil’s date of birth is hard to believe."), _IN_PUPIL_FILE
)
EXIT_BEFORE_ENTRY = FindingKind(
    "exit_before_entry", Level.WARNING, _("The exit date comes before the entry date."), _IN_PUPIL_FILE
)
BAD_EMAIL = FindingKind(
    "bad_email", Level.WARNING, _("This e-mail address cannot be right: it was left out."), _IN_GUARDIANS
)
NO_GUARDIAN = FindingKind(
    "no_guardian",
    Level.WARNING,
    _("This pupil is a minor without a legal guardian: nobody can sign."),
    _IN_GUARDIANS,
)
NO_GUARDIAN_EMAIL = FindingKind(
    "no_guardian_email",
    Level.WARNING,
    _("No legal guardian of this pupil has an e-mail address: the convention will have to be on paper."),
    _IN_GUARDIANS,
)
ADULT_WITHOUT_EMAIL = FindingKind(
    "adult_without_email",
    Level.WARNING,
    _("This adult pupil has no e-mail address: the convention will have to be on paper."),
    _("Type the pupil’s own e-mail address in SIECLE, Base élèves, in the pupil’s file."),
)
DANGLING_LINK = FindingKind(
    "dangling_link",
    Level.NOTE,
    _("A link names a pupil or a guardian this file does not hold."),
    _EXPORT_AGAIN,
)

# What a source says of its own lines
ALSO_IN_SIECLE = FindingKind(
    "also_in_siecle",
    Level.NOTE,
    _(
        "This pupil is also one of a school of the education ministry, whose own file speaks of them: not read here."
    ),
)
LINE_BACKWARDS = FindingKind(
    "line_backwards",
    Level.WARNING,
    _("This registration ends before it begins: it was left out."),
    _("Correct the dates of the registration in FREGATA, « Gestion des apprenants »."),
)

# What only the base can tell
ELSEWHERE = FindingKind(
    "elsewhere",
    Level.WARNING,
    _(
        "This pupil is enrolled in another school since a later date; or since the same one, and that school had"
        " the pupil before, or its number comes first."
    ),
    _("If the pupil left, type the exit date in SIECLE; if the pupil stays, ask the other school."),
)
POSSIBLE_TWIN = FindingKind(
    "possible_twin",
    Level.WARNING,
    _("Another pupil has the same names and date of birth under another number: perhaps one person."),
    _("Check the INE of both in SIECLE."),
)
