"""Two versions side by side: each word kept, gone or come, in its own article (issue 4 §1)."""

from hypothesis import given
from hypothesis import strategies as st

from loans.causes import causes_of
from loans.comparing import ADDED, REMOVED, changed_titles, compare
from loans.texts import Parties, convention_sections
from programmes.presets import preset


PARTIES = Parties("Région Essai", "Ordi pour tous", "2026-2027")
RULES = preset("normandie").rules_for(2026)
SENTENCES = [
    "Le prêt dure trois ans.",
    "Le prêt dure deux ans et plus.",
    "Le prêt dure.",
    "La famille paie la réparation.",
    "La région paie la réparation, une fois.",
    "Rien.",
]
TEXTS = st.lists(st.lists(st.sampled_from(SENTENCES), max_size=3), max_size=3)


def text(rules=RULES):
    return convention_sections(rules, PARTIES)


def sections(paragraphs):
    return [{"title": f"Article {n} – T{n}", "paragraphs": one} for n, one in enumerate(paragraphs, start=1)]


def said(paragraphs, without):
    return [
        " ".join(piece.words for piece in paragraph.pieces if piece.mark != without)
        for paragraph in paragraphs
        if any(piece.mark != without for piece in paragraph.pieces)
    ]


def test_a_second_repair_marks_the_words_that_changed_and_no_other():
    articles = compare(text(), text(RULES.replaced("repair.free_repairs", 2)))
    changed = [article for article in articles if article.is_changed]
    assert [article.title for article in changed] == ["Article 6 – Panne et casse"]
    (paragraph,) = changed[0].changed
    assert [(piece.words, piece.mark) for piece in paragraph.pieces if piece.mark] == [
        ("une seule", REMOVED),
        ("deux", ADDED),
    ]


def test_a_clause_that_comes_is_whole_and_the_others_stay_in_place():
    articles = compare(text(), text(RULES.replaced("repair.negligence_excluded", True)))
    (paragraph,) = next(article for article in articles if article.is_changed).changed
    assert [piece.mark for piece in paragraph.pieces] == [ADDED]
    assert paragraph.before == []


def test_an_article_keeps_its_name_when_another_takes_its_number():
    old, new = sections([["un"], ["deux"]]), sections([["un"], ["deux"]])
    new = [{"title": "Article 1 – Neuf", "paragraphs": ["neuf"]}, *new]
    assert changed_titles(old, new) == ["Article 1 – Neuf"]


def test_the_same_text_has_no_change():
    assert not any(article.is_changed for article in compare(text(), text()))


@given(TEXTS, TEXTS)
def test_no_word_of_either_version_is_lost(old, new):
    before, after = sections(old), sections(new)
    articles = compare(before, after)
    assert [said(article.paragraphs, ADDED) for article in articles if said(article.paragraphs, ADDED)] == [
        one["paragraphs"] for one in before if one["paragraphs"]
    ]
    assert [
        said(article.paragraphs, REMOVED) for article in articles if said(article.paragraphs, REMOVED)
    ] == [one["paragraphs"] for one in after if one["paragraphs"]]


def test_each_rule_that_differs_is_told_with_its_words_and_its_articles():
    new = RULES.replaced("repair.free_repairs", 2).replaced("gate.days_before", 9)
    first, second = causes_of(RULES, new, PARTIES)
    assert (first.change.path, first.articles) == ("repair.free_repairs", ["Article 6 – Panne et casse"])
    assert (second.change.path, second.articles) == ("gate.days_before", [])
    assert "établissement" in second.reason


def test_rules_that_show_only_together_are_both_told():
    """A premium alone changes nothing while nobody insures."""
    new = RULES.replaced("insurance.kind", preset("grand_est").rules_for(2026).insurance.kind)
    new = new.replaced("insurance.premium_amount", RULES.accessories.kit[1].replace_price_amount)
    found = {cause.change.path: cause.articles for cause in causes_of(RULES, new, PARTIES)}
    assert found["insurance.kind"]
    assert found["insurance.premium_amount"]
