"""What is wrong with a table, and what the common findings say to somebody who fills one rather than SIECLE."""

from django.utils.translation import gettext_lazy as _

from core.findings import FindingKind, Level
from schools.sources import catalogue


_FROM_TEMPLATE = _("Download the template again and copy your lines into it.")
_SAVE_AGAIN = _("Open it in your spreadsheet, save it as XLSX or as CSV UTF-8, and send it again.")
_IN_TABLE = _("Correct this line in your table, then send the whole table again.")
_IN_GUARDIAN_COLUMNS = _(
    "Complete the columns of the guardians on this line, then send the whole table again."
)

BAD_TABLE = FindingKind("bad_table", Level.REFUSAL, _("This table cannot be opened."), _SAVE_AGAIN)
OLD_FORMAT = FindingKind(
    "old_format", Level.REFUSAL, _("This is a spreadsheet in a form that we do not read."), _SAVE_AGAIN
)
UNREADABLE_SIGNS = FindingKind(
    "unreadable_signs", Level.REFUSAL, _("The characters of this table cannot be read."), _SAVE_AGAIN
)
OPEN_QUOTE = FindingKind(
    "open_quote",
    Level.REFUSAL,
    _("A quotation mark is opened and not closed: the lines after it cannot be told apart."),
    _('Look for a lone " on that line, remove it, and send the table again.'),
)
WRONG_WIDTH = FindingKind(
    "wrong_width",
    Level.REFUSAL,
    _(
        "Lines do not have as many columns as the titles: their values may have slipped into the wrong column."
    ),
    _("Look for a separator too many or a line cut short, and send the table again."),
)
TITLES_MISSING = FindingKind(
    "titles_missing",
    Level.REFUSAL,
    _("The first line of the table must hold the titles of the columns; some are missing."),
    _FROM_TEMPLATE,
)
TITLE_TWICE = FindingKind(
    "title_twice",
    Level.REFUSAL,
    _("Two columns have the same title: we cannot tell which one to read."),
    _("Remove one of them, and send the table again."),
)
CUT_SHORT = FindingKind(
    "cut_short",
    Level.REFUSAL,
    _("The line FIN does not agree with the lines above it: the table was cut or lines were added."),
    _("Make the table again, or correct the number on the line FIN."),
)
TOO_LONG = FindingKind(
    "too_long", Level.REFUSAL, _("This table is far too long for one school."), _("Send one table a school.")
)
SEVERAL_SCHOOLS = FindingKind(
    "several_schools", Level.REFUSAL, _("This table is of several schools."), _("Send one table a school.")
)
NO_SCHOOL = FindingKind(
    "no_school",
    Level.REFUSAL,
    _("This table does not say which school it is of."),
    _("Fill in the column UAI, or put the UAI in the name of the file."),
)
BAD_CELL = FindingKind("bad_cell", Level.WARNING, _("A cell cannot be read: it was left out."), _IN_TABLE)
HALF_GUARDIAN = FindingKind(
    "half_guardian",
    Level.WARNING,
    _("A guardian has no family name or no given name: this person was left out."),
    _IN_GUARDIAN_COLUMNS,
)
COLUMNS_UNREAD = FindingKind("columns_unread", Level.NOTE, _("Columns we do not know were not read."))


def _says(kind: FindingKind, remedy: object = _IN_TABLE, sentence: object = "") -> FindingKind:
    return FindingKind(kind.code, kind.level, sentence or kind.sentence, remedy)  # type: ignore[arg-type]


_KINDS = (
    _says(
        catalogue.NO_PUPIL,
        _("Fill in one line a pupil under the titles, and send the table again."),
        _("This table has titles and not one pupil."),
    ),
    _says(catalogue.BAD_UAI, _("Check the column UAI."), _("The school’s number (UAI) is not a valid one.")),
    _says(
        catalogue.WRONG_SCHOOL,
        _("Check the column UAI, and that you took your own school’s table."),
        _("This table is of another school."),
    ),
    _says(
        catalogue.WRONG_YEAR,
        _("Send the table of this school year."),
        _("This table is of another school year."),
    ),
    _says(catalogue.OLDER_FILE, _("Save the table again today, and send it.")),
    _says(catalogue.OLD_FILE, _("Save the table again today, and send it.")),
    _says(catalogue.TWO_VERSIONS, _("Send only one of them.")),
    *(
        _says(kind)
        for kind in (
            catalogue.NO_NAME,
            catalogue.NO_BIRTH_DATE,
            catalogue.BAD_DATE,
            catalogue.ODD_BIRTH_DATE,
            catalogue.EXIT_BEFORE_ENTRY,
            catalogue.DAMAGED_NAME,
            catalogue.BAD_INE,
            catalogue.INE_OF_ANOTHER,
            catalogue.BAD_EMAIL,
        )
    ),
    _says(
        catalogue.DUPLICATE_PUPIL,
        _("Keep one line a pupil, then send the whole table again."),
        _("The same pupil stands on several lines: none of them was used."),
    ),
    _says(
        catalogue.DUPLICATE_INE,
        _("Find out whose INE it is, correct the other line, then send the whole table again."),
        _("Two pupils of this table have the same INE: neither line was used."),
    ),
    _says(
        catalogue.SAME_PUPIL,
        _("Keep one line a pupil, then send the whole table again."),
        _("Two lines are of one pupil: the second was not used."),
    ),
    _says(catalogue.NO_INE, _("Write the INE on this line as soon as you know it.")),
    _says(
        catalogue.NO_STUDY,
        _("Fill in the column Code MEF: the second sheet of the template says where it is."),
    ),
    _says(catalogue.NO_CLASS, _("Fill in the column Classe, or the date of leaving.")),
    _says(
        catalogue.UNKNOWN_STUDY,
        _("Check the eleven signs of the study code, on the pupil’s school certificate."),
    ),
    _says(
        catalogue.DEDUCED_LEVEL,
        _("Nothing to do, unless the level shown for the pupil is wrong."),
        _("The level was deduced from the study code."),
    ),
    _says(catalogue.NO_GUARDIAN, _IN_GUARDIAN_COLUMNS),
    _says(catalogue.NO_GUARDIAN_EMAIL, _IN_GUARDIAN_COLUMNS),
    _says(catalogue.ADULT_WITHOUT_EMAIL, _("Fill in the column Courriel de l’élève on this line.")),
    _says(
        catalogue.ELSEWHERE, _("If the pupil left, write the date of leaving; if not, ask the other school.")
    ),
    _says(catalogue.POSSIBLE_TWIN, _("Check the INE of both pupils.")),
)
WORDING = {kind.code: kind for kind in _KINDS}
