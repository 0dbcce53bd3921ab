"""The reasons to refuse a document before reading a pupil of it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.findings import Finding, FindingKind, Level


class DocumentRefused(Exception):
    """A document that must not be read further; nothing of it may be applied."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.sentence)
        self.finding = finding


def _refusal(code: str, sentence: str | Promise, remedy: str | Promise) -> FindingKind:
    return FindingKind(code, Level.REFUSAL, sentence, remedy)


_EXPORT_AGAIN = _("Export the file from SIECLE again and send it as it is, without opening it.")

UNREADABLE = _refusal("unreadable", _("This file cannot be opened."), _EXPORT_AGAIN)
EMPTY_FOLDER = _refusal(
    "empty_folder", _("This folder holds no XML file and no zip."), _("Check the folder.")
)
WRONG_SUFFIX = _refusal(
    "wrong_kind",
    _("This file is neither XML, nor JSON, nor a zip of those."),
    _("Send the zip SIECLE made, or the XML file inside it."),
)
TOO_BIG = _refusal("too_big", _("This file is far too big for one school."), _EXPORT_AGAIN)
BAD_ZIP = _refusal("bad_zip", _("This zip is damaged."), _EXPORT_AGAIN)
ZIP_CONTENT = _refusal(
    "zip_content",
    _("A zip must hold exports (XML or JSON) and nothing else."),
    _("Send the zips as the source made them, without adding anything to them."),
)
ZIP_ENCRYPTED = _refusal("zip_encrypted", _("This zip is locked by a password."), _EXPORT_AGAIN)
DOCTYPE = _refusal(
    "doctype",
    _("This file carries a document type declaration, which no SIECLE export does."),
    _(
        "The file was made or altered elsewhere: export it from SIECLE again, and tell the region if it comes back."
    ),
)
SOURCE_ERROR = _refusal(
    "source_error",
    _("The source answered with an error instead of the pupils."),
    _("Ask it again later; if the error stays, check the school year and the school asked for."),
)
BAD_JSON = _refusal(
    "bad_json",
    _("This file is cut short or is not well-formed JSON."),
    _("Ask the source for it again and send it as it is."),
)
EMPTY_ANSWER = _refusal(
    "empty_answer",
    _("This list is empty, and an empty list is never a school without pupils."),
    _("Ask the source again later; check the school and the school year asked for."),
)
NO_SCHOOL_NAMED = _refusal(
    "no_school_named",
    _("Nothing says of which school this file is."),
    _("Put the school’s number (UAI) in the name of the file or of its folder."),
)
BAD_XML = _refusal("bad_xml", _("This file is cut short or is not well-formed XML."), _EXPORT_AGAIN)
UNKNOWN_ENCODING = _refusal(
    "unknown_encoding", _("The characters of this file cannot be read."), _EXPORT_AGAIN
)
STS_DOCUMENT = _refusal(
    "sts_document",
    _("This file comes from STS, which knows the teachers and their hours and not the pupils."),
    _("In SIECLE, Base élèves, « Exportations », « En XML », choose the pupils’ file."),
)
AAF_NAME = _refusal(
    "aaf_name",
    _("The name of this directory file (AAF) no longer says its school, its date and its part."),
    _("Send it under the name it came with, such as ENT_0140013N_Complet_20260907_Eleve_0000.xml."),
)
AAF_PART_MISSING = _refusal(
    "aaf_part_missing",
    _("Parts of this directory feed (AAF) are missing: nothing of it was applied."),
    _("Send all the files of that day together, from 0000 to the last."),
)
AAF_TWO_PARTS = _refusal(
    "aaf_two_parts",
    _("Two different files of this directory feed (AAF) have the same name."),
    _("Send only the files of one delivery."),
)
ENTITY = _refusal(
    "entity",
    _("This file calls for text that is not in it, which no directory feed (AAF) does."),
    _("The file was made or altered elsewhere: ask for it again."),
)
UNKNOWN_DOCUMENT = _refusal(
    "unknown_document",
    _("This file is not one of those we read."),
    _("Send the exports Élèves, Responsables, Nomenclature and Structures of SIECLE."),
)
