"""Voting rules and putting a campaign under them. Rules are never changed in place (DESIGN §5)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from accounts.models import User
from core.refusals import Refused
from programmes.models import Campaign, Programme, RuleAdoption, RuleSet
from programmes.rule_tree import Rules
from programmes.rule_tree.errors import sentences


@transaction.atomic
def vote_rules(
    *,
    programme: Programme,
    document: dict[str, Any],
    note: str,
    by: User | None,
    on: date,
    effective_on: date | None = None,
) -> RuleSet:
    """Write the next version of a programme's rules, in force from `effective_on` (default: `on`).

    The same document as the latest version gives that version back. No campaign changes: see `adopt_rules`.
    Refused: `rules_invalid` (with each fault), `rules_note_missing`.
    """
    tree = read_rules(document)
    if not note.strip():
        raise Refused("rules_note_missing", _("Say what changes and who decided it."))
    Programme.objects.select_for_update().get(pk=programme.pk)
    latest = programme.rule_sets.order_by("-number").first()
    if latest and latest.tree == tree:
        return latest
    return RuleSet.objects.create(
        programme=programme,
        number=latest.number + 1 if latest else 1,
        effective_on=effective_on or on,
        document=tree.as_document(),
        note=note.strip(),
        created_by=by,
    )


@transaction.atomic
def adopt_rules(*, campaign: Campaign, rules: RuleSet, by: User | None, on: date) -> RuleAdoption:
    """Put a campaign under a version from that day on; what was decided before keeps its own version.

    Refused: `rules_of_another_programme`, `rules_not_in_force`.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if rules.programme_id != campaign.programme_id:
        raise Refused("rules_of_another_programme", _("These rules belong to another programme."))
    if rules.effective_on > on:
        raise Refused("rules_not_in_force", _("These rules are not in force yet on that day."))
    last = campaign.adoptions.order_by("adopted_on", "pk").last()
    if last and last.rules_id == rules.pk:
        return last
    campaign.rules = rules
    campaign.save(update_fields=["rules"])
    return RuleAdoption.objects.create(campaign=campaign, rules=rules, adopted_on=on, adopted_by=by)


def read_rules(document: dict[str, Any]) -> Rules:
    """The typed rules, or `Refused("rules_invalid")` with every fault as a sentence."""
    try:
        return Rules.read(document)
    except ValidationError as error:
        raise Refused("rules_invalid", "\n".join(sentences(error))) from error
