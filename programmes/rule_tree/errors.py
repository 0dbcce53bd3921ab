"""What is wrong with a set of rules, as sentences a region officer can act on."""

from collections.abc import Iterable
from typing import Any, get_args

from django.utils.translation import gettext as _
from pydantic import ValidationError

from programmes.rule_tree.base import Section
from programmes.rule_tree.tree import Rules


def sentences(error: ValidationError) -> list[str]:
    """One sentence a fault: « Confirmer une livraison › Taux à atteindre : … »."""
    faults = error.errors()
    return [sentence(fault["loc"], what_is_wrong(fault)) for fault in faults if not follows(fault, faults)]


def follows(fault: Any, faults: Iterable[Any]) -> bool:
    """Whether a fault only repeats one found deeper: a list is « too short » because its one item is wrong."""
    path = fault["loc"]
    return any(other["loc"][: len(path)] == path and len(other["loc"]) > len(path) for other in faults)


def sentence(path: tuple[int | str, ...], wrong: str) -> str:
    place = " › ".join(place_names(path))
    return f"{place}\u00a0: {wrong}" if place else wrong


def place_names(path: Iterable[int | str]) -> Iterable[str]:
    """The titles met on the way to the fault, from the section to the line of a table."""
    here: Any = Rules
    for step in path:
        if isinstance(step, int):
            yield _("line %(number)s") % {"number": step + 1}
        elif here is None or step not in fields_of(here):
            yield str(step)
            here = None
        else:
            field = fields_of(here)[step]
            term = here.term_of(field)
            here = section_in(here.model_fields[field].annotation)
            yield str(term.title if term else here.title)


def fields_of(section: type[Section]) -> dict[str, str]:
    """Name in the document → name of the Python field."""
    return {field.alias or name: name for name, field in section.model_fields.items()}


def section_in(annotation: Any) -> type[Section] | None:
    """The section inside `Gate`, `tuple[Wave, ...]` or `Annotated[…]`, if any."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next((found for part in get_args(annotation) if (found := section_in(part))), None)


def what_is_wrong(fault: Any) -> str:
    """The fault in words; pydantic's own English is never shown."""
    kind, bounds = fault["type"], fault.get("ctx", {})
    if kind == "value_error":
        return str(bounds["error"])
    if kind == "enum":
        return _("choose one of: %(words)s.") % {"words": bounds["expected"]}
    for names, text in fault_sentences().items():
        if kind in names:
            return text % bounds
    return _("this value is not valid.")


def fault_sentences() -> dict[tuple[str, ...], str]:
    """Kinds of fault → sentence; a function, because the language is known only when it is read."""
    return {
        ("missing",): _("this value is missing."),
        ("extra_forbidden",): _("this rule is not known."),
        ("greater_than_equal",): _("the value must be at least %(ge)s."),
        ("greater_than",): _("the value must be more than %(gt)s."),
        ("less_than_equal",): _("the value must be at most %(le)s."),
        ("int_type", "int_parsing", "int_from_float"): _("write a whole number."),
        ("decimal_parsing", "decimal_type", "decimal_max_digits"): _("write a number."),
        ("decimal_max_places",): _("write at most two decimals."),
        ("bool_parsing", "bool_type"): _("answer yes or no."),
        ("too_short", "string_too_short", "tuple_type"): _("fill in at least one value."),
        ("string_pattern_mismatch", "string_type"): _("this text is not written in the expected form."),
        ("date_from_datetime_parsing", "date_parsing", "date_type"): _("write a date, such as 2026-11-06."),
        ("time_parsing", "time_type"): _("write a time, such as 08:30."),
    }
