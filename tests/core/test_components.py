"""Components say in words what they draw."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import RequestContext, engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from core.verdicts import Verdict


VERDICT = Verdict(
    outcome="cancelled",
    reasons=("Il manque <2> signatures.",),
    rule="gate.threshold",
    version="normandie-2026 v1",
    facts={"signed": 84},
    on=date(2026, 9, 28),
)


def rendered(source, address="/", **values):
    request = RequestFactory().get(address)
    template = engines["django"].from_string(CottonCompiler().process(source)).template
    return template.render(RequestContext(request, values))


class Form(forms.Form):
    name = forms.CharField(label="Nom", help_text="Comme sur la liste.")
    sure = forms.BooleanField(label="Je suis sûr")


@pytest.mark.parametrize(
    ("rate", "sentence", "is_below"),
    [("0.85", "Seuil de 85\u00a0% atteint.", False), ("0.8499", "Sous le seuil de 85\u00a0%.", True)],
)
def test_a_progress_bar_says_whether_the_threshold_is_reached(rate, sentence, is_below):
    page = rendered('<c-progress label="Taux" :value="rate" threshold="0.85" />', rate=Decimal(rate))

    assert sentence in page
    assert ("is-below" in page) == is_below


def test_a_badge_has_a_word_and_an_icon_beside_its_colour():
    page = rendered('<c-badge :state="state">Signée</c-badge>', state="signed")

    assert "tone-success" in page
    assert "#check-lg" in page
    assert "<span>Signée</span>" in page


@pytest.mark.parametrize("verdict", [VERDICT, VERDICT.as_json()], ids=["fresh", "stored"])
def test_why_gives_reasons_rule_version_facts_and_day(verdict):
    page = rendered('<c-why :verdict="verdict" contest-url="/contester/" />', verdict=verdict)

    for part in ("Il manque &lt;2&gt; signatures.", "gate.threshold", "normandie-2026 v1", "84"):
        assert part in page
    assert "lundi 28 septembre 2026" in page
    assert 'href="/contester/"' in page


def test_why_without_a_verdict_shows_nothing():
    assert rendered('<c-why :verdict="verdict" />', verdict=None).strip() == ""


def test_pages_of_a_list_keep_its_filters():
    page = rendered('<c-pagination :page="page" />', "/?q=alix&page=2", page=Paginator(range(90), 10).page(2))

    assert 'href="?q=alix&amp;page=3"' in page
    assert '<span aria-current="page">' in page
    assert "11 à 20 sur 90" in page


def test_a_list_of_one_page_has_no_page_links():
    assert rendered('<c-pagination :page="page" />', page=Paginator([1], 10).page(1)).strip() == ""


def test_errors_are_listed_above_the_form_and_lead_to_their_fields():
    page = rendered('<c-error-summary :form="form" />', form=Form({}))

    assert 'href="#id_name"' in page
    assert "Nom – " in page
    assert 'role="alert"' in page


def test_a_field_is_tied_to_its_hint_and_its_error():
    page = rendered("{{ form.name.as_field_group }}", form=Form({}))

    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'id="id_name_helptext"' in page
    assert 'id="id_name_error"' in page
    assert 'aria-invalid="true"' in page


def test_a_component_does_not_see_the_variables_of_the_page():
    page = rendered("<c-card>Bonjour</c-card>", title="Un titre de la page", actions="x")

    assert "Un titre" not in page


def test_a_stacked_table_scrolls_nowhere_and_a_wide_one_can_be_reached_by_keyboard():
    assert "tabindex" not in rendered('<c-table caption="Élèves" stacked="yes"></c-table>')
    assert 'tabindex="0"' in rendered('<c-table caption="Élèves"></c-table>')
