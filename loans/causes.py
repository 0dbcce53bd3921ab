"""Which changed rule changed which article: each is put alone into the other version, and the text written. Pure."""

from dataclasses import dataclass

from loans.comparing import changed_titles
from loans.texts import Parties, convention_sections
from loans.texts.unsaid import reason_unsaid
from programmes.reading import Change, changes_between
from programmes.rule_tree import Rules


@dataclass(frozen=True, slots=True)
class Cause:
    """A rule with its old and new words, the articles it changes, or why it changes none."""

    change: Change
    articles: list[str]
    reason: str


def causes_of(old: Rules, new: Rules, parties: Parties) -> list[Cause]:
    """Each rule that differs, those that change the text first."""
    found = [_cause(change, old, new, parties) for change in changes_between(old, new)]
    return sorted(found, key=lambda cause: not cause.articles)


def _cause(change: Change, old: Rules, new: Rules, parties: Parties) -> Cause:
    """Brought alone into the old rules, or taken alone out of the new ones: some rules show only together."""
    brought = old.replaced(change.path, new.value_at(change.path))
    taken_out = new.replaced(change.path, old.value_at(change.path))
    articles = _changed(old, brought, parties) or _changed(taken_out, new, parties)
    return Cause(change, articles, "" if articles else reason_unsaid(change.path))


def _changed(old: Rules, new: Rules, parties: Parties) -> list[str]:
    return changed_titles(convention_sections(old, parties), convention_sections(new, parties))
