"""The bytes of a seal and of a time-stamp that no signature covers: none can change unseen either (trust 16)."""

import pytest
from asn1crypto.cms import ContentInfo
from asn1crypto.tsp import TimeStampResp
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from core.sealing import room_of, signature_in
from core.timestamps import NoTimestamp, authority, read_token
from tests.core.test_sealing import clock, pdf, report, sealed  # noqa: F401
from tests.kit.time_authority import certificate_named


@pytest.mark.trust(16)
def test_no_byte_of_the_seal_itself_can_change_not_even_those_it_does_not_sign(sealed):  # noqa: F811
    """Versions, algorithms and lengths are outside of every signature; one byte in thirteen of the rest."""
    room, signature = room_of(sealed), signature_in(sealed)
    written, (signer,) = signature.dump(), signature["content"]["signer_infos"]
    who, signed = (written.index(signer[name].dump()) for name in ("sid", "signed_attrs"))
    unsigned = {*range(65), *range(who - 12, who), *range(signed - 18, signed)}
    for place in sorted(unsigned | {*range(0, len(written), 13)}):
        changed = altered(written, place).hex().upper().encode()
        start = room.start + 1
        assert not report(sealed[:start] + changed + sealed[start + len(changed) :]).holds, place


def altered(content, place):
    changed = bytearray(content)
    changed[place] ^= 0x01
    return bytes(changed)


@pytest.mark.trust(16)
def test_no_byte_of_a_time_stamp_can_change_its_certificates_included(clock):  # noqa: F811
    token = authority().stamp(bytes(32)).content
    assert read_token(token, bytes(32))
    for place in range(len(token)):
        with pytest.raises(NoTimestamp):
            read_token(altered(token, place), bytes(32))


def test_an_authority_may_send_certificates_that_stand_aside_they_are_left_at_the_door(clock):  # noqa: F811
    """Real ones add a root crossed with another, or that of their former name."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    stranger = certificate_named("TEST – ancienne racine", key, None, key).public_bytes(Encoding.PEM)
    (clock.folder / "aside.pem").write_bytes(clock.root.read_bytes() + stranger)
    config = clock.folder / "tsa.cnf"
    config.write_text(config.read_text().replace("certs = $dir/root.pem", "certs = $dir/aside.pem"))
    token = authority().stamp(bytes(32)).content
    assert names_in(TimeStampResp.load(clock.first)["time_stamp_token"]) == {
        "TEST – horodatage",
        "TEST – racine d’horodatage",
        "TEST – ancienne racine",
    }
    assert names_in(ContentInfo.load(token)) == {"TEST – horodatage"}
    assert read_token(token, bytes(32))


def names_in(found):
    return {one.chosen.subject.native["common_name"] for one in found["content"]["certificates"]}
