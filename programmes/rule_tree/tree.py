"""The whole rule tree: every parameter a region votes for one programme, with the source of each."""

from collections.abc import Iterator
from typing import Annotated, Any, Self

from django.utils.translation import gettext
from pydantic import Field, model_validator

from programmes.rule_tree.base import Section, Term
from programmes.rule_tree.incidents import Accessories, Depreciation, Insurance, Repair, Spare, TheftLoss
from programmes.rule_tree.leaving import Departure, EndOfCycle, Return
from programmes.rule_tree.people import Means, Population, Scale, Signer, Tenure
from programmes.rule_tree.service import Imports, Inclusion, Privacy, Support
from programmes.rule_tree.signing import Absence, Gate, Midyear, Replan, Signature


class Rules(Section):
    """One version of the rules of a programme. Sections follow the story of a laptop.

    `sources` gives, for a dotted path ("gate.threshold") or a section ("gate"), the text that
    decided the value. It is shown beside the value, and a section's source covers what it holds.
    """

    tenure: Tenure
    population: Population
    means: Means
    signer: Signer
    signature: Signature
    gate: Gate
    replan: Replan
    absence: Absence
    midyear: Midyear
    repair: Repair
    theft_loss: TheftLoss
    insurance: Insurance
    accessories: Accessories
    depreciation: Depreciation
    departure: Departure
    return_: Annotated[Return, Field(alias="return")]
    end_of_cycle: EndOfCycle
    spare: Spare
    support: Support
    inclusion: Inclusion
    scale: Scale
    imports: Imports
    privacy: Privacy
    sources: dict[str, str] = {}

    @model_validator(mode="after")
    def sources_name_real_rules(self) -> Self:
        for path in self.sources:
            if not self.has(path):
                raise ValueError(
                    gettext("A source is given for “%(path)s”, which is not a rule.") % {"path": path}
                )
        return self

    @model_validator(mode="after")
    def end_of_schooling_is_said_once(self) -> Self:
        """`departure.outcomes` is what is applied, `end_of_cycle` what is announced: they never differ."""
        if self.end_of_cycle.default != self.departure.outcomes.end_of_schooling:
            raise ValueError(
                gettext(
                    "“End of schooling” and “Leaving the school” do not say the same thing of the last day."
                )
            )
        return self

    @classmethod
    def read(cls, document: dict[str, Any]) -> Self:
        """The typed tree of a stored JSON document; raises pydantic.ValidationError."""
        return cls.model_validate(document)

    def as_document(self) -> dict[str, Any]:
        """The JSON document to store: decimals as text, dates in ISO form."""
        return self.model_dump(mode="json", by_alias=True)

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Each section with its name in paths ("return", never "return_")."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if isinstance(value, Section):
                yield field.alias or name, value

    def leaves(self) -> Iterator[tuple[str, Term, Any]]:
        """Every value with its dotted path and its Term, in reading order."""
        for name, section in self.sections():
            yield from leaves_of(name, section)

    def value_at(self, path: str) -> Any:
        """The value at a dotted path such as "gate.threshold"; raises KeyError."""
        section, *rest = path.split(".")
        value: Any = dict(self.sections())[section]
        for name in rest:
            if not isinstance(value, Section) or name not in type(value).model_fields:
                raise KeyError(path)
            value = getattr(value, name)
        return value

    def replaced(self, path: str, value: Any) -> Self:
        """The same rules with another value at that path, not validated; raises KeyError. Only to compare."""
        self.value_at(path)
        return _replaced(self, path.split("."), value)

    def has(self, path: str) -> bool:
        try:
            self.value_at(path)
        except KeyError:
            return False
        return True

    def source_of(self, path: str) -> str:
        """The text that decided this value: its own source, else the nearest enclosing one."""
        while path:
            if path in self.sources:
                return self.sources[path]
            path = path.rpartition(".")[0]
        return ""


def _replaced(section: Any, path: list[str], value: Any) -> Any:
    name = "return_" if path[0] == "return" else path[0]
    inner = value if len(path) == 1 else _replaced(getattr(section, name), path[1:], value)
    return section.model_copy(update={name: inner})


def leaves_of(path: str, section: Section) -> Iterator[tuple[str, Term, Any]]:
    """The values under one section; a section inside a section is walked too."""
    for name, term in section.terms():
        value = getattr(section, name)
        if isinstance(value, Section):
            yield from leaves_of(f"{path}.{name}", value)
        else:
            yield f"{path}.{name}", term, value
