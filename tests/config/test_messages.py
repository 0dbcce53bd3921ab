"""The French catalogue is built and judged without GNU gettext."""

import gettext
from pathlib import Path

import pytest

from config.messages.catalogue import Key, read_catalogue, write_mo
from config.messages.checks import contradictions, problems_of_entry
from config.messages.extraction import asked_in_python, asked_in_template
from config.messages.merging import area_entries, build
from config.messages.typography import spaced


AREA = """
# The gate.
msgid "Hello %(name)s"
msgstr ""
"Bonjour "
"%(name)s"

msgid "one \\"laptop\\""
msgid_plural "%(count)s laptops"
msgstr[0] "un « ordinateur »"
msgstr[1] "%(count)s ordinateurs"

msgctxt "school"
msgid "Open"
msgstr "Ouvert"
"""


def catalogue(tmp_path: Path, text: str):
    path = tmp_path / "gate.po"
    path.write_text(text, encoding="utf-8")
    return read_catalogue(path)


def test_the_compiled_catalogue_reads_like_gettexts_own(tmp_path):
    write_mo(catalogue(tmp_path, AREA), tmp_path / "django.mo")
    with (tmp_path / "django.mo").open("rb") as file:
        french = gettext.GNUTranslations(file)
    assert french.gettext("Hello %(name)s") == "Bonjour %(name)s"
    assert french.ngettext('one "laptop"', "%(count)s laptops", 0) == "un « ordinateur »"
    assert french.ngettext('one "laptop"', "%(count)s laptops", 2) == "%(count)s ordinateurs"
    assert french.pgettext("school", "Open") == "Ouvert"


def test_sentences_of_python_are_found():
    source = """
label = _("A " "sentence")
other = ngettext("one", "%(n)s many", n)
third = pgettext_lazy("school", "Open")
not_ours = translate_later("no")
"""
    assert set(asked_in_python(source)) == {
        Key("A sentence"),
        Key("one", "%(n)s many"),
        Key("Open", context="school"),
    }


def test_sentences_of_templates_are_found():
    source = """
<h1>{% translate "Signed at 85 %" %}</h1> {# nothing #} it's (text)
{% blocktranslate trimmed count n=rows|length %}
  one row for {{ name }}
{% plural %}
  {{ n }} rows
{% endblocktranslate %}
{{ _("Inside") }} {% include "x.html" with label=_("Label") %}
{% translate "May" context "month" %}
"""
    assert set(asked_in_template(source)) == {
        Key("Signed at 85 %%"),
        Key("one row for %(name)s", "%(n)s rows"),
        Key("Inside"),
        Key("Label"),
        Key("May", context="month"),
    }


def test_a_lost_placeholder_an_empty_and_a_fuzzy_french_are_problems(tmp_path):
    text = """
msgid "Hello %(name)s"
msgstr "Bonjour"

msgid "Bye"
msgstr ""

#, fuzzy
msgid "Yes"
msgstr "Oui"
"""
    found = [list(problems_of_entry(entry)) for entry in catalogue(tmp_path, text)]
    assert found == [
        ["gate.po:2: the French must have %(name)s"],
        ["gate.po:5: empty French for 'Bye'"],
        ["gate.po:9: fuzzy"],
    ]


def test_two_different_french_sentences_for_one_key_are_a_problem(tmp_path):
    entries = catalogue(tmp_path, 'msgid "Yes"\nmsgstr "Oui"\n\nmsgid "Yes"\nmsgstr "Ouais"\n')
    assert list(contradictions({Key("Yes"): entries})) == [
        "gate.po:1, gate.po:4: two French sentences for 'Yes'"
    ]
    assert list(contradictions({Key("Yes"): entries[:1]})) == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Pourquoi ?", "Pourquoi\u00a0?"),
        ("Pourquoi?", "Pourquoi\u00a0?"),
        ("« oui » ; non: rien!", "«\u00a0oui\u00a0»\u00a0; non\u00a0: rien\u00a0!"),
        ("«oui», dit-il", "«\u00a0oui\u00a0», dit-il"),
        ("%(count)s élèves:", "%(count)s élèves\u00a0:"),
        ("Déjà fine\u202f! Déjà large\u00a0: oui", "Déjà fine\u202f! Déjà large\u00a0: oui"),
        ("à 8:30, %H:%M", "à 8:30, %H:%M"),
        ("https://exemple.org/?a=1;b voici", "https://exemple.org/?a=1;b voici"),
        ("Prêt &amp; retour", "Prêt &amp; retour"),
        ("Quoi ?!", "Quoi\u00a0?!"),
        ("(!) Attention", "(!) Attention"),
    ],
)
def test_french_signs_keep_their_space(typed, read):
    assert spaced(typed) == read
    assert spaced(read) == read


def test_no_sign_of_the_interface_can_begin_a_line():
    texts = [text for entry in area_entries() for text in entry.translations]
    assert [text for text in texts if spaced(text) != text] == []
    assert [text for text in texts if " ?" in text or " :" in text or "« " in text] == []


def test_the_compiled_catalogue_is_spaced_whatever_was_typed(tmp_path):
    (tmp_path / "gate.po").write_text('msgid "Why?"\nmsgstr "Pourquoi ?"\n', encoding="utf-8")
    build(tmp_path, tmp_path / "out" / "django.mo")
    with (tmp_path / "out" / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Why?") == "Pourquoi\u00a0?"
