"""Opening a campaign: a programme starts a school year."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from programmes.models import Campaign, Programme
from programmes.presets import Preset, moved, preset_names, weeks_between
from programmes.presets import preset as read_preset
from programmes.rule_tree import Rules
from programmes.ruling import adopt_rules, vote_rules


FIRST_YEAR, LAST_YEAR = 2000, 2100


@transaction.atomic
def open_campaign(*, preset: str, year: int, by: User | None, on: date) -> Campaign:
    """Open the campaign of that school year; opened again, it is given back unchanged.

    The first campaign of a programme takes the preset's rules; the next ones take the rules last applied,
    dates moved. They govern from the opening day, or from `on` when that is sooner.
    Refused: `preset_unknown`, `school_year_unknown`.
    """
    source = find_preset(preset)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("school_year_unknown", _("The school year is the year of its September, such as 2026."))
    programme = find_or_create_programme(source)
    existing = programme.campaigns.with_rules().filter(school_year=year).first()
    if existing:
        return existing
    dates = source.dates_for(year)
    since = min(on, dates["opens_on"])
    rules = vote_rules(
        programme=programme,
        document=rules_to_open(programme, source, year).as_document(),
        note=_("Rules of %(name)s for the school year %(year)s-%(next)s.")
        % {"name": programme.name, "year": year, "next": year + 1},
        by=by,
        on=since,
    )
    campaign = Campaign.objects.create(
        programme=programme,
        slug=f"{programme.slug}-{year}",
        school_year=year,
        rules=rules,
        **dates,
    )
    adopt_rules(campaign=campaign, rules=rules, by=by, on=since)
    return campaign


def find_preset(name: str) -> Preset:
    try:
        return read_preset(name)
    except KeyError:
        raise Refused(
            "preset_unknown",
            _("There is no preset “%(name)s”. Known presets: %(names)s.")
            % {"name": name, "names": ", ".join(preset_names())},
        ) from None


def find_or_create_programme(source: Preset) -> Programme:
    """The preset's programme, locked so that two openings follow each other."""
    facts = dict(source.programme)
    programme, _created = Programme.objects.get_or_create(slug=facts.pop("slug"), defaults=facts)
    return Programme.objects.select_for_update().get(pk=programme.pk)


def rules_to_open(programme: Programme, source: Preset, year: int) -> Rules:
    """The rules last applied, their dates moved to the new year; the preset's when there are none."""
    last = programme.campaigns.with_rules().order_by("-school_year").first()
    if last is None:
        return source.rules_for(year)
    voted = last.rule_tree.model_dump(by_alias=True)
    return Rules.read(moved(voted, weeks_between(last.school_year, year)))
