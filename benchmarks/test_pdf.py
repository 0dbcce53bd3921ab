"""Conventions as PDFs: a print file against WeasyPrint once per document, sealed copies against stock pyHanko."""

from datetime import UTC, date, datetime
from io import BytesIO
from time import perf_counter, process_time

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.timestamps import HTTPTimeStamper

from core.evidence import Trace
from core.pdf import render_html_pdf
from core.pdf_copies import page_texts, render_copies, render_copy
from core.seal_keys import TEST_PASSWORD, current_signer, make_key
from core.sealing import Attachment, digest_to_stamp, seal_pdf, with_timestamp
from core.timestamps import TimeAuthority, authority
from loans.documents import paper_copies, signed_copy, with_all
from loans.models import Convention, Signature, SigningLink
from loans.proof.sealing import store_missing_documents
from loans.signing import sign_convention
from programmes.campaigns import open_campaign
from tests.kit.pdf_tags import tag_problems
from tests.kit.time_authority import time_authority
from tests.loans.crowd import enrol_crowd, send_to_crowd


AT = datetime(2026, 8, 28, 9, tzinfo=UTC)
COUNT, SAMPLE = 1000, 15
PROOF = b'{"of the size of a real one": true}' * 120

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign():
    return open_campaign(preset="normandie", year=2026, by=None, on=date(2026, 7, 6))


def test_a_print_file(campaign):
    enrol_crowd(campaign, COUNT)
    send_to_crowd(campaign, on=AT.date(), at=AT)
    copies = paper_copies(list(with_all(Convention.objects.all())))
    render_copies(copies[:1])  # the template is laid out, cut and checked once
    started = perf_counter()
    content, _lengths = render_copies(copies)
    fast = (perf_counter() - started) / COUNT
    started = perf_counter()
    one_by_one = [page_texts(render_html_pdf(copy.html())) for copy in copies[:SAMPLE]]
    slow = (perf_counter() - started) / SAMPLE
    pages = len(one_by_one[0])
    print(f"\n{COUNT} conventions of {pages} pages, one file of {len(content) / 1e6:.1f} MB, tagged")
    print(
        f"WeasyPrint once per document {slow * 1000:.1f} ms, stamped {fast * 1000:.2f} ms: {slow / fast:.0f} ×"
    )
    assert page_texts(content)[: SAMPLE * pages] == [text for texts in one_by_one for text in texts]
    assert tag_problems(render_copies(copies[:50])[0]) == []
    assert slow / fast >= 15


@pytest.fixture
def signatures(campaign):
    enrol_crowd(campaign, 60)
    send_to_crowd(campaign, on=AT.date(), at=AT)
    for link in SigningLink.objects.select_related("convention__text"):
        text = link.convention.text.sha256
        sign_convention(link=link, consent="J’accepte.", text_sha256=text, trace=Trace(), at=AT)
    return list(Signature.objects.select_related("guardian", "agent").order_by("pk"))


def test_sealed_copies(signatures, settings, tmp_path):
    conventions = {row.pk: row for row in with_all(Convention.objects.all())}
    copies = [signed_copy(conventions[one.convention_id], one) for one in signatures]
    TimeAuthority.silent_until.clear()
    with time_authority(tmp_path, settings):
        render_copy(copies[0])
        ours = _spent(copies, _sealed_here)
        stock = _spent(copies[:SAMPLE], StockSealer())
        started = process_time()
        assert store_missing_documents(at=AT) == len(signatures)
        whole = (process_time() - started) / len(signatures)
    print(
        f"\nWeasyPrint and stock pyHanko B-T {stock * 1000:.0f} ms of a core, ours {ours * 1000:.1f} ms: ",
        end="",
    )
    print(
        f"{stock / ours:.1f} × ({1 / ours:.0f} sealed copies a core-second; {1 / whole:.0f} with rows and proof)"
    )
    assert stock / ours >= 8


def _spent(copies, act):
    started = process_time()
    for copy in copies:
        act(copy)
    return (process_time() - started) / len(copies)


def _sealed_here(copy):
    proof = Attachment("preuve.json", PROOF, "application/json", "Preuve", AT)
    signer = current_signer(datetime.now(UTC))
    sealed = seal_pdf(render_copy(copy), signer=signer, label="Cachet", reason="Essai", attachments=(proof,))
    return with_timestamp(sealed, authority().stamp(digest_to_stamp(sealed)))


class StockSealer:
    """WeasyPrint for each document, then pyHanko as its documentation shows it."""

    def __init__(self):
        self.signer = SimpleSigner.load_pkcs12_data(make_key("Essai"), [], TEST_PASSWORD)
        self.clock = HTTPTimeStamper(authority().url)

    def __call__(self, copy):
        writer = IncrementalPdfFileWriter(BytesIO(render_html_pdf(copy.html())))
        meta = PdfSignatureMetadata(
            field_name="Cachet", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        )
        return sign_pdf(writer, meta, signer=self.signer, timestamper=self.clock)
