"""The rules laid out to be read: sections, lines, sources, and what a version changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from programmes.models import Campaign, RuleSet
from programmes.rule_tree import Rules, Section, Term
from programmes.rule_tree.tree import leaves_of
from programmes.words import in_words


UNCONFIRMED = ("à confirmer", "à remplacer", "à vérifier")  # what the source of an undecided value says


@dataclass(frozen=True, slots=True)
class Table:
    """A rule that is a list of rows: waves, kit, depreciation, hours."""

    heads: list[str]
    rows: list[list[tuple[str, str]]]  # each cell with its head, for a phone


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: its path (« gate.threshold », what a verdict cites), its words, its source."""

    path: str
    title: str
    words: str
    note: str
    source: str
    table: Table | None

    @property
    def is_unconfirmed(self) -> bool:
        return not self.source or any(words in self.source for words in UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the rules as a card of the page."""

    path: str
    title: str
    lines: list[Line]

    @property
    def unconfirmed_count(self) -> int:
        return sum(line.is_unconfirmed for line in self.lines)


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that differs between two versions."""

    path: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version with what it changed from the one before, and when this campaign took it up."""

    rules: RuleSet
    changes: list[Change]
    adoption: Any

    @property
    def is_first(self) -> bool:
        return self.rules.number == 1


def chapters(tree: Rules) -> list[Chapter]:
    """The whole tree in reading order."""
    return [
        Chapter(name, str(section.title), [line_of(tree, *leaf) for leaf in leaves_of(name, section)])
        for name, section in tree.sections()
    ]


def line_of(tree: Rules, path: str, term: Term, value: Any) -> Line:
    return Line(
        path=path,
        title=full_title(tree, path, term),
        words=in_words(value, term),
        note=str(term.note),
        source=tree.source_of(path),
        table=table_of(value),
    )


def full_title(tree: Rules, path: str, term: Term) -> str:
    """« Pour les familles › Téléphone » for a rule inside a part of its section."""
    section, *parts, _name = path.split(".")
    here, titles = tree.value_at(section), []
    for part in parts:
        titles.append(str(here.term_of(part).title))
        here = getattr(here, part)
    return " › ".join([*titles, str(term.title)])


def table_of(value: Any) -> Table | None:
    """Rows of a list of sections; None for any other value."""
    if not (isinstance(value, tuple) and value and isinstance(value[0], Section)):
        return None
    terms = list(value[0].terms())
    rows = [[(str(term.title), in_words(getattr(row, name), term)) for name, term in terms] for row in value]
    return Table([str(term.title) for _name, term in terms], rows)


def changes_between(old: Rules, new: Rules) -> list[Change]:
    """The rules whose value differs, in reading order."""
    before = {path: value for path, _term, value in old.leaves()}
    return [
        Change(path, full_title(new, path, term), in_words(before[path], term), in_words(value, term))
        for path, term, value in new.leaves()
        if before[path] != value
    ]


def versions(campaign: Campaign) -> list[Version]:
    """Every version of the programme's rules, the latest first."""
    sets = list(campaign.programme.rule_sets.select_related("created_by").order_by("number"))
    adopted = {line.rules_id: line for line in campaign.adoptions.order_by("-adopted_on", "-pk")}
    return list(reversed(list(_versions(sets, adopted))))


def _versions(sets: list[RuleSet], adopted: dict[int, Any]) -> Iterator[Version]:
    previous: RuleSet | None = None
    for rules in sets:
        changes = changes_between(previous.tree, rules.tree) if previous else []
        yield Version(rules, changes, adopted.get(rules.pk))
        previous = rules
