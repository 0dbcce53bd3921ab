"""Copies made by stencil are what WeasyPrint would have made: same text, same pixels, same tags (§ Speed on PDFs)."""

import re
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import ImageChops

from core import pdf_copies
from core.pdf import render_html_pdf
from core.pdf_copies import Copy, page_texts, render_copies, render_copy
from tests.kit.pdf_tags import tag_problems


NAMES = [
    "Zoé Martin",
    "Żółć Œuvré-d’Îlot",
    "Ștefan Țurcanu",
    "Ğülşen Çelik",
    "Fiona Affleck WAVE",
    "Jean-Noël N’Guessan",
]


@pytest.fixture(autouse=True)
def fresh():
    pdf_copies._stencils.clear()


@pytest.fixture
def template(settings, tmp_path):
    """Two pages of a convention's look, with a field in each kind of place."""
    (tmp_path / "copy.html").write_text(
        """{% extends "base_pdf.html" %}{% block title %}Convention {{ f.reference }} – {{ f.pupil }}{% endblock %}
        {% block reference %}<div class="reference-line">N° <span>{{ f.reference }}</span></div>{% endblock %}
        {% block content %}<h1>{{ heading }}</h1><div class="check"><img src="{{ f.qr }}" alt="Code"></div>
        <dl class="facts"><dt>Élève</dt><dd>{{ f.pupil }}</dd><dt>Classe</dt><dd>{{ f.class_code }}</dd></dl>
        <p class="page-break">Suite de {{ heading }}.</p><div class="signature-boxes"><div class="signature-box">
        <div>{{ f.pupil }}</div></div></div>{% endblock %}"""
    )
    options = settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    settings.TEMPLATES = [options]
    return "copy.html"


def copy_of(template, pupil, number=1, heading="Convention", class_code="2nde 3"):
    reference = f"N26-{number:06d}-K"
    fields = {"pupil": pupil, "reference": reference, "class_code": class_code}
    return Copy(template, {"heading": heading}, heading, fields, reference)


def stamped(copies):
    content, lengths = render_copies(copies)
    assert sum(lengths) == 2 * len(copies)
    return content


def differences(first, second):
    pages = zip(pypdfium2.PdfDocument(first), pypdfium2.PdfDocument(second), strict=True)
    return [
        ImageChops.difference(*(page.render(scale=2).to_pil() for page in pair)).getbbox() for pair in pages
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_is_what_weasyprint_draws_to_the_pixel(template, name):
    render_copy(copy_of(template, "Un Autre"))  # the stencil is made for somebody else
    copy = copy_of(template, name, 4217)
    made, drawn = render_copy(copy), render_html_pdf(copy.html())
    assert page_texts(made) == page_texts(drawn)
    assert differences(made, drawn) == [None, None]
    assert name in page_texts(made)[0]
    assert None not in pdf_copies._stencils.values()
    assert len(pdf_copies._stencils) == 1


def test_each_copy_of_a_file_reads_as_its_own_document(template):
    copies = [copy_of(template, name, number) for number, name in enumerate(NAMES)]
    texts = page_texts(stamped(copies))
    assert texts == [text for copy in copies for text in page_texts(render_html_pdf(copy.html()))]


@pytest.mark.parametrize("count", [1, 2, 450])
def test_the_tags_of_all_copies_hold_together(template, count):
    content = stamped([copy_of(template, NAMES[0], number) for number in range(count)])
    assert tag_problems(content) == []
    with pikepdf.open(BytesIO(content)) as opened:
        assert len(opened.pages) == 2 * count
        assert len({page.StructParents for page in opened.pages}) == 2 * count
        assert str(opened.docinfo.Title) == "Convention N26-000000-K – Zoé Martin"
        assert opened.check_pdf_syntax() == []


@pytest.mark.parametrize("name", ["أحمد بن علي", "Nguyễn Thị Hồng", "Zoé " + "Très-Long " * 12, "李小龍"])
def test_what_a_field_cannot_hold_is_set_by_weasyprint_and_the_others_still_read_right(template, name):
    copies = [
        copy_of(template, "Zoé Martin", 1),
        copy_of(template, name, 2),
        copy_of(template, "Léo Petit", 3),
    ]
    content = stamped(copies)
    texts = page_texts(content)
    assert texts == [text for copy in copies for text in page_texts(render_html_pdf(copy.html()))]
    assert tag_problems(content) == []
    assert page_texts(render_copy(copies[1])) == texts[2:4]


def test_the_code_of_each_copy_is_its_own(template):
    content = stamped([copy_of(template, "Zoé", number) for number in (7, 8)])
    pages = [pypdfium2.PdfDocument(content)[number].render(scale=3).to_pil() for number in (0, 2)]
    assert [zxingcpp.read_barcodes(page)[0].text for page in pages] == ["N26-000007-K", "N26-000008-K"]


def test_a_template_whose_field_does_not_stand_alone_is_left_to_weasyprint(template, tmp_path):
    (tmp_path / "copy.html").write_text(
        "<html lang=fr><title>t</title><h1>t</h1><p>Nom : {{ f.pupil }}, et {{ f.qr|slice:':0' }}{{ f.reference }}</p>"
    )
    copy = copy_of(template, "Zoé")
    assert page_texts(render_copy(copy)) == page_texts(render_html_pdf(copy.html()))
    assert render_copies([copy]) is None


def test_a_stencil_that_reads_otherwise_is_never_used(template, monkeypatch):
    """The check when it is made: here WeasyPrint is given another page than the one stamped."""
    monkeypatch.setattr(
        pdf_copies, "render_html_pdf", lambda html: render_html_pdf(html.replace("Suite", "Fin"))
    )
    assert render_copies([copy_of(template, "Zoé")]) is None
    assert "Fin" in page_texts(render_copy(copy_of(template, "Zoé")))[1]


def test_fonts_are_written_once_for_all_copies(template):
    content = stamped([copy_of(template, "Zoé", number) for number in range(50)])
    assert len(re.findall(rb"/FontFile2 ", content)) <= 4
    assert len(content) < 50 * 6000
