"""The other languages of families' pages: complete, to be reviewed, and never a broken page."""

import gettext

import pytest

from config.messages.catalogue import read_catalogue, write_mo
from config.messages.families import PLURALS, family_problems, family_sentences, language_entries, progress_of
from core.languages import LANGUAGES


def test_there_is_a_catalogue_for_every_language_but_french_and_english():
    assert set(PLURALS) == LANGUAGES.keys() - {"fr", "en"}


def test_no_translation_would_break_a_page():
    assert list(family_problems()) == []


@pytest.mark.parametrize("code", PLURALS)
def test_the_summary_is_whole_in_every_language(code):
    """A sentence just written may wait for its ten translations, and is read in French; the summary may not."""
    summary = {key for key, place in family_sentences().items() if place == "loans/essentials.py"}
    known = {entry.key for entry in language_entries(code)}
    assert len(summary) > 30
    assert summary <= known
    assert progress_of(code).translated > 150


def test_a_translation_awaits_a_reader_until_the_mark_is_taken_away(tmp_path):
    path = tmp_path / "family.po"
    path.write_text('# to review\nmsgid "Yes"\nmsgstr "Sí"\n\nmsgid "No"\nmsgstr "No"\n', encoding="utf-8")
    assert [entry.is_to_review for entry in read_catalogue(path)] == [True, False]


@pytest.mark.parametrize(("count", "form"), [(0, 0), (1, 1), (2, 2), (7, 3), (11, 4), (100, 5), (103, 3)])
def test_arabic_has_six_plural_forms(tmp_path, count, form):
    one = next(entry for entry in language_entries("ar") if entry.key.plural)
    write_mo([one], tmp_path / "django.mo", "ar", PLURALS["ar"])
    with (tmp_path / "django.mo").open("rb") as file:
        arabic = gettext.GNUTranslations(file)
    assert arabic.ngettext(one.key.msgid, one.key.plural, count) == one.translations[form]
