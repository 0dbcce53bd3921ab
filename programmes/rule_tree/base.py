"""The stones of the rule tree: a frozen section, a described term, and numbers that are never floats."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Term:
    """What a parameter means to the person who votes it: a title, a unit ("days", "share"…), an explanation.

    Compared by identity and shown bare: to compare or show lazy texts would translate them before
    Django is ready.
    """

    title: Any
    unit: str = ""
    note: Any = ""


class Section(BaseModel):
    """Parameters voted together. Frozen: a rule is replaced by a new version, never changed in place."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, validate_default=True)

    title: ClassVar[Any] = ""

    @classmethod
    def terms(cls) -> Iterator[tuple[str, Term]]:
        """Each field's name with its Term, in reading order."""
        for name in cls.model_fields:
            term = cls.term_of(name)
            if term:
                yield name, term

    @classmethod
    def term_of(cls, name: str) -> Term | None:
        found = (stone for stone in cls.model_fields[name].metadata if isinstance(stone, Term))
        return next(found, None)


def refuse_float(value: Any) -> Any:
    """No float decides anything: 0.85 must come as a Decimal or as text."""
    if isinstance(value, float):
        raise ValueError(_("Write this number as a decimal, not as a floating point number."))
    return value


Exact = Annotated[Decimal, BeforeValidator(refuse_float)]
Share = Annotated[Exact, Field(ge=0, le=1)]
Euros = Annotated[Exact, Field(ge=0, max_digits=9, decimal_places=2)]
Count = Annotated[int, Field(ge=0, strict=True)]
Positive = Annotated[int, Field(gt=0, strict=True)]
