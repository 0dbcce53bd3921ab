"""Sealing a PDF, the authority's time in it, and every way of spoiling it (trust 15 and 16)."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import SimpleSigner

from core.pdf import render_html_pdf
from core.seal_checks import check_seal
from core.seal_keys import TEST_PASSWORD, NoSealKey, current_signer, make_key
from core.sealing import Attachment, digest_to_stamp, room_of, seal_pdf, with_timestamp
from core.timestamps import NoTimestamp, TimeAuthority, authority
from tests.kit.time_authority import certificate_named, time_authority


NOW = datetime.now(UTC)
HTML = '<html lang="fr"><title>Essai</title><h1>Bonjour</h1><p>Un texte.</p></html>'


def proof(content=b'{"qui": "Camille"}'):
    return Attachment("preuve.json", content, "application/json", "Dossier de preuve", NOW)


@pytest.fixture(scope="module")
def pdf():
    return render_html_pdf(HTML)


@pytest.fixture(scope="module")
def sealed(pdf):
    return seal(pdf)


def seal(content, signer=None):
    return seal_pdf(
        content,
        signer=signer or current_signer(NOW),
        label="Cachet d’essai",
        reason="Essai",
        attachments=(proof(),),
    )


def report(content):
    return check_seal(content, at=NOW, roots=[current_signer(NOW).signing_cert])


@pytest.fixture
def clock(tmp_path, settings):
    TimeAuthority.silent_until.clear()
    with time_authority(tmp_path, settings) as served:
        yield served


def test_a_sealed_pdf_holds_and_keeps_the_documents_own_bytes(pdf, sealed):
    found = report(sealed)
    assert (found.holds, found.level, found.timestamped_at) == (True, "B-B", None)
    assert sealed.startswith(pdf)
    with pikepdf.open(BytesIO(sealed)) as opened:
        assert opened.pdf_version == "1.7"
        assert "/Version" not in opened.Root
        assert opened.attachments["preuve.json"].get_file().read_bytes() == proof().content
        assert opened.Root.AF[0].AFRelationship == "/Data"


def test_the_seals_field_is_in_the_tag_tree(sealed):
    """PDF/UA-1 7.18.4: widget ↔ Form element ↔ parent tree."""
    with pikepdf.open(BytesIO(sealed)) as opened:
        tree = opened.Root.StructTreeRoot
        form = tree.K[0].K[-1]
        widget = opened.Root.AcroForm.Fields[0]
        assert form.S == "/Form"
        assert form.K[0].Obj.objgen == widget.objgen == opened.pages[0].Annots[0].objgen
        nums = [*tree.ParentTree.Nums]
        assert nums[nums.index(widget.StructParent) + 1].objgen == form.objgen
        assert widget.TU == "Cachet d’essai"


def test_the_authoritys_time_makes_it_b_t_without_another_signature(sealed, clock):
    stamped = with_timestamp(sealed, authority().stamp(digest_to_stamp(sealed)))
    found = report(stamped)
    assert (found.problems, found.level) == ((), "B-T")
    assert abs(found.timestamped_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert "TEST" in found.authority
    assert len(stamped) == len(sealed)


@pytest.mark.parametrize("mood", ["refusing", "page", "garbage", "mute", "parrot"])
@pytest.mark.trust(15)
def test_an_authority_that_misbehaves_gives_no_time(sealed, clock, settings, mood):
    authority().stamp(bytes(32))
    clock.mood = mood
    settings.TIMESTAMP_TIMEOUT = 0.3 if mood == "mute" else 30  # the others do answer
    with pytest.raises(NoTimestamp):
        authority().stamp(digest_to_stamp(sealed))


@pytest.mark.trust(15)
def test_an_old_answer_to_the_same_question_is_no_time(clock):
    """Its digest is right, its signature holds: only the number drawn for this question tells."""
    authority().stamp(bytes(32))
    clock.mood = "parrot"
    with pytest.raises(NoTimestamp, match="another question"):
        authority().stamp(bytes(32))


def test_an_authority_that_failed_is_left_alone_for_a_while_unless_asked_patiently(clock):
    clock.mood = "refusing"
    for _ in range(3):
        with pytest.raises(NoTimestamp):
            authority().stamp(bytes(32), patiently=False)
    assert clock.asked == 1
    clock.mood = "well"
    assert authority().stamp(bytes(32)).at


def test_an_authority_nobody_named_is_not_believed(sealed, clock, settings, tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    other = certificate_named("TEST – une autre racine", key, None, key)
    (tmp_path / "other.pem").write_bytes(other.public_bytes(Encoding.PEM))
    settings.TIMESTAMP_ROOTS = str(tmp_path / "other.pem")
    with pytest.raises(NoTimestamp, match="TIMESTAMP_ROOTS"):
        authority().stamp(digest_to_stamp(sealed))


def test_a_token_over_something_else_breaks_the_seal(sealed, clock):
    assert not report(with_timestamp(sealed, authority().stamp(bytes(32)))).holds


@pytest.mark.parametrize("level", ["B-B", "B-T"])
@pytest.mark.trust(16)
def test_no_byte_can_change(sealed, clock, level):
    """Each 1/200 of the file, its end, and where the seal's own room begins and ends."""
    content = sealed
    if level == "B-T":
        content = with_timestamp(sealed, authority().stamp(digest_to_stamp(sealed)))
    assert report(content).holds
    room = room_of(content)
    edges = {room.start - 1, room.start, room.end - 2, room.end - 1, room.end}
    places = {*range(0, len(content), len(content) // 200), len(content) - 1, *edges}
    held = [place for place in places if report(flipped(content, place)).holds]
    assert held == []


def flipped(content, place):
    changed = bytearray(content)
    changed[place] ^= 0x20
    return bytes(changed)


@pytest.mark.trust(16)
def test_nothing_can_be_appended(sealed):
    assert not report(sealed + b"\n").holds
    for cut in (1, 2, len(sealed) // 3, len(sealed) - room_of(sealed).end):
        assert not report(sealed[:-cut]).holds
    with pikepdf.open(BytesIO(sealed)) as opened:
        opened.pages[0].Rotate = 90
        out = BytesIO()
        opened.save(out)
    assert not report(out.getvalue()).holds
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    again = BytesIO()
    writer.write(again)
    assert again.getvalue().startswith(sealed)
    assert not report(again.getvalue()).holds


def test_the_attachment_cannot_be_swapped(pdf, sealed):
    other = seal_pdf(
        pdf, signer=current_signer(NOW), label="c", reason="r", attachments=(proof(b'{"qui": "Personne"}'),)
    )
    assert report(other).holds
    start = sealed.index(b"/EmbeddedFile")
    swapped = sealed[:start] + other[other.index(b"/EmbeddedFile") :]
    assert not report(swapped).holds


def test_another_key_is_not_ours(pdf):
    stranger = SimpleSigner.load_pkcs12_data(make_key("Un autre"), [], TEST_PASSWORD)
    found = report(seal(pdf, stranger))
    assert not found.holds
    assert "certificate" in found.problems[0]


def test_a_key_out_of_its_time_seals_nothing():
    """Trust 22."""
    with pytest.raises(NoSealKey):
        current_signer(NOW + timedelta(days=40 * 365))
