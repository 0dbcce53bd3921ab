"""The bytes of a seal and of a time-stamp that no signature covers: none can change unseen either (trust 16)."""

import pytest

from core.sealing import room_of, signature_in
from core.timestamps import NoTimestamp, authority, read_token
from tests.core.test_sealing import clock, pdf, report, sealed  # noqa: F401


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
