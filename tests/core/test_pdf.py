"""A PDF asks for nothing outside our own files, and says so as any other error (trust 39)."""

from itertools import product

import pytest

from core.pdf import CannotRender, page_of, render_html_pdf
from tests.trust.canary import canary


ASKED = (
    '<link rel="stylesheet" href="{}">',
    '<img alt="" src="{}">',
    "<style>body {{ background: url({}) }}</style>",
)
PAGE = '<html lang="fr"><title>Essai</title>{}<h1>Bonjour</h1></html>'


@pytest.mark.trust(39)
@pytest.mark.parametrize(
    ("make", "asked"),
    [
        (render_html_pdf, '<link rel="attachment" href="{}">'),  # read when the file is written
        *product((render_html_pdf, page_of), ASKED),
    ],
)
def test_a_page_that_asks_for_an_address_or_a_file_is_refused_and_nobody_is_called(make, asked, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("le-secret-du-disque")
    with canary() as bird:
        for address in (bird.url, secret.as_uri(), "static:dist/../../manage.py", "static:nulle-part.css"):
            with pytest.raises(CannotRender):
                make(PAGE.format(asked.format(address)))
        bird.close()
        assert bird.hits == 0
