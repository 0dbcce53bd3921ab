"""The convention of each preset, read for sense: what it says when a right is closed, shared or turned round."""

import re

import pytest

from loans.texts import Parties, convention_sections, same_terms
from programmes.presets import preset, preset_names
from programmes.rule_tree import Rules


def parties(name):
    facts = preset(name).programme
    school = "collège" if facts["kind"] == "department" else "lycée"
    return Parties(facts["region_name"], facts["name"], "2026-2027", school)


def sections(name, **changes):
    document = preset(name).rules_for(2026).as_document()
    for path, value in changes.items():
        section, _, field = path.partition("__")
        document[section][field] = value
    return convention_sections(Rules.read(document), parties(name))


def text(name, **changes):
    paragraphs = [line for section in sections(name, **changes) for line in section["paragraphs"]]
    return "\n".join(paragraphs).replace("\u00a0", " ")


@pytest.mark.parametrize("name", preset_names())
def test_each_preset_makes_whole_sentences(name):
    articles = sections(name)
    assert len(articles) == 11
    for article in articles:
        assert article["paragraphs"], article["title"]
        for paragraph in article["paragraphs"]:
            assert re.match(r"^[A-ZÀÉ].*[.]$", paragraph), paragraph
            assert "  " not in paragraph
            assert " :" not in paragraph.replace("\u00a0:", ""), "a colon is bound to its word"


def test_what_nobody_may_ask_back_is_never_billed_as_late():
    """Sud and Occitanie give: a clause on late returns would say what the portal cannot do."""
    for name in ("sud", "occitanie", "pays_de_la_loire"):
        assert "mise en demeure" not in text(name)
        assert "Le retour se fait" not in text(name)
    assert "mise en demeure après 45 jours" in text("normandie")


def test_what_is_given_belongs_to_the_pupil_and_is_not_a_loan():
    given = text("sud")
    assert "donne une tablette" in given
    assert "appartient à l’élève dès la remise" in given
    assert "prêt à usage" not in given
    assert "n’est ni vendu" not in given


def test_a_repair_and_a_replacement_share_one_right_or_have_one_each():
    """`repair_entitlement` counts both kinds together, or each for itself."""
    assert "réparé ou remplacé à l’identique gratuitement une seule fois" in text("normandie")
    apart = text("normandie", repair__shared_with_replacement=False)
    assert "une réparation n’enlève rien à ce droit" in apart


@pytest.mark.parametrize(
    ("free", "payer", "said"),
    [
        (0, "nobody", "L’ordinateur n’est ni réparé ni remplacé."),
        (0, "authority", "La réparation est prise en charge par la Région Normandie."),
        (0, "family", "La réparation est à la charge de la famille, si elle en accepte le prix."),
        (1, "school", "Au-delà, la réparation est à la charge de l’établissement."),
    ],
)
def test_without_a_free_repair_nothing_is_said_to_come_beyond_it(free, payer, said):
    whole = text("normandie", repair__free_repairs=free, repair__who_pays_beyond=payer)
    assert said in whole
    assert ("Au-delà" in whole) == bool(free)


def test_a_shared_counter_is_told_when_the_two_rights_differ():
    assert "compte aussi pour la perte" in text("normandie", theft_loss__theft_max=2)
    apart = text("normandie", theft_loss__theft_max=2, theft_loss__shared_counter=False)
    assert "ne compte pas pour la perte" in apart


def test_grand_est_leaves_a_loss_without_a_right_and_a_choice_at_the_end():
    whole = text("grand_est")
    for said in (
        "déclare le vol au commissariat",
        "signale la perte à l’assistance",
        "L’ordinateur perdu n’est pas remplacé.",
        "devient la propriété de l’élève",
        "dans les 30 jours qui suivent la proposition",
        "prendre une assurance",
    ):
        assert said in whole


def test_a_departement_speaks_of_colleges_and_other_departements():
    whole = text("bouches_du_rhone")
    assert "part dans un collège d’un autre département" in whole
    assert "lycée" not in whole
    assert "signée par tous les représentants légaux" in whole


@pytest.mark.parametrize(
    ("path", "value"),
    [("support__families", None), ("privacy__messages_days", 30), ("signature__desk_signing", False)],
)
def test_a_new_telephone_number_or_retention_binds_nobody(path, value):
    line = preset("normandie").rules_for(2026).as_document()["support"]["families"] | {
        "phone": "01 99 00 99 99"
    }
    changed = sections("normandie", **{path: value if value is not None else line})
    assert changed != sections("normandie")
    assert same_terms(changed, sections("normandie"))


def test_a_second_repair_binds_otherwise():
    assert not same_terms(sections("normandie"), sections("normandie", repair__free_repairs=2))
