"""What an XML document is, by its first lines: its root element; a document type declaration is refused there.

It is refused before any parser sees an entity of it, whatever the encoding: expat tells of the DOCTYPE before it reads
the declarations inside.
"""

from xml.parsers import expat

from schools.sources.refusals import (
    BAD_XML,
    DOCTYPE,
    SOURCE_ERROR,
    UNKNOWN_DOCUMENT,
    UNKNOWN_ENCODING,
    DocumentRefused,
)


MAX_PROLOG_BYTES = 64 * 1024
_PROLOG_STEP = 4096
DECLARED_DOCTYPE = ("ficAlimMENESR", "ficAlimMENESR.dtd", None, False)
"""The one document type that may be declared: root, system and public names, nothing inside. AAF has it.

The file it names is never looked for: expat and lxml are told to load nothing.
"""


class _RootFound(Exception):
    """Stops the reading of the prolog."""


def root_element(name: str, data: bytes) -> str:
    """The root element's name, read from the prolog alone; refuses a DOCTYPE, an `<erreur>` and what is not XML."""
    root = _read_prolog(name, data)
    if root.lower() == "erreur":
        raise DocumentRefused(SOURCE_ERROR.at(name))
    return root


def _read_prolog(name: str, data: bytes) -> str:
    parser = expat.ParserCreate()
    found: list[str] = []
    declared: list[str] = []

    def on_doctype(root: str, system_id: str | None, public_id: str | None, has_subset: int) -> None:
        if (root, system_id, public_id, bool(has_subset)) != DECLARED_DOCTYPE:
            raise DocumentRefused(DOCTYPE.at(name))
        declared.append(root)

    def on_element(tag: str, _attributes: object) -> None:
        if declared and declared != [tag]:
            raise DocumentRefused(DOCTYPE.at(name))
        found.append(tag)
        raise _RootFound

    parser.StartDoctypeDeclHandler = on_doctype
    parser.StartElementHandler = on_element
    try:
        for start in range(0, min(len(data), MAX_PROLOG_BYTES), _PROLOG_STEP):
            parser.Parse(data[start : start + _PROLOG_STEP], False)
        parser.Parse(b"", True)
    except _RootFound:
        return found[0]
    except LookupError as error:
        raise DocumentRefused(UNKNOWN_ENCODING.at(name)) from error
    except (expat.ExpatError, ValueError) as error:
        raise DocumentRefused(BAD_XML.at(name)) from error
    raise DocumentRefused(UNKNOWN_DOCUMENT.at(name))
