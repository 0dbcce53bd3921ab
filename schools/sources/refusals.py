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
    _("This file is neither XML nor a zip."),
    _("Send the zip SIECLE made, or the XML file inside it."),
)
TOO_BIG = _refusal("too_big", _("This file is far too big for one school."), _EXPORT_AGAIN)
BAD_ZIP = _refusal("bad_zip", _("This zip is damaged."), _EXPORT_AGAIN)
ZIP_CONTENT = _refusal(
    "zip_content",
    _("A zip must hold one XML file and nothing else."),
    _("Send each SIECLE export in its own zip."),
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
    _("SIECLE answered with an error instead of the pupils."),
    _("Ask SIECLE again later; if the error stays, check the school year and the school asked for."),
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
UNKNOWN_DOCUMENT = _refusal(
    "unknown_document",
    _("This XML file is not one of those we read."),
    _("Send the exports Élèves, Responsables, Nomenclature and Structures of SIECLE."),
)
