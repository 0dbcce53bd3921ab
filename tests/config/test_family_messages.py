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
def test_nearly_nothing_is_left_in_french(code):
    """A sentence just written may wait for its ten translations; a page may not."""
    progress = progress_of(code)
    assert len(progress.missing) * 5 < len(family_sentences()), progress.missing


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
