"""The three services, asked over real HTTP: what they answer is pupils or a typed error, never an empty school (N1)."""

import logging
from datetime import UTC, datetime

import pytest

from schools.feeds.adapters import ADAPTERS, Access, Asker
from schools.feeds.adapters.asking import Limits
from schools.feeds.adapters.errors import (
    Busy,
    FeedError,
    NotReady,
    RefusedCredentials,
    SourceFailed,
    Unreachable,
)
from schools.feeds.adapters.fregata import signature
from schools.feeds.enums import SourceKind
from schools.fictitious.region import make_region
from schools.imports.receiving import receive_bytes
from tests.kit.feed_services import (
    KEY,
    SECRET,
    cuts,
    drips,
    error_document,
    fails,
    hangs_up,
    never_ends,
    says,
    serving,
)


AT = datetime(2026, 9, 8, 2, 30, tzinfo=UTC)
SCHOOL = make_region(schools=1, pupils=20, seed=3).schools[0]
KINDS = list(SourceKind)


@pytest.fixture
def services():
    with serving([SCHOOL]) as running:
        yield running


@pytest.fixture
def pauses():
    """How long the asker would have waited."""
    return []


@pytest.fixture
def adapter(services, pauses):
    """Makes an adapter of a service; nobody really waits."""

    def made(kind, key=KEY, secret=SECRET, address=None, **limits):
        asker = Asker(Limits(**limits), pause=pauses.append, jitter=lambda: 1.0)
        return ADAPTERS[kind](Access(address or services.address, key, secret), asker)

    return made


@pytest.mark.parametrize("kind", KINDS)
def test_a_school_s_pupils_come_as_files_ready_to_import(adapter, kind):
    files = adapter(kind).fetch(SCHOOL.uai, 2026, at=AT)
    (bundle,) = receive_bytes(files)
    assert bundle.uai == SCHOOL.uai
    assert {envelope.header.school_year for envelope in bundle.envelopes} == {2026}
    assert len(bundle.read_roll().pupils) == len(SCHOOL.pupils)


def test_netsynchro_brings_the_four_exports_zipped(adapter, services):
    files = adapter(SourceKind.NETSYNCHRO).fetch(SCHOOL.uai, 2026, at=AT)
    assert [content[:2] for _name, content in files] == [b"PK"] * 4
    path = f"/sconetechange/resources/flux-netsync/exports/xml/sco-eleves-adr/{SCHOOL.uai}/2026"
    assert services.asked[0] == f"GET {path}"
    assert services.headers[0]["Compression-Zip"] == "true"


def test_sygne_asks_one_token_for_many_schools_and_another_when_it_is_refused(adapter, services):
    sygne = adapter(SourceKind.SYGNE)
    for _school in range(3):
        sygne.fetch(SCHOOL.uai, 2026, at=AT)
    assert [line.split()[0] for line in services.asked] == ["POST", "GET", "GET", "GET"]
    assert services.asked[1] == f"GET /etablissements/{SCHOOL.uai}/eleves?statut=ST&annee-scolaire=2026"
    services.end_tokens()
    assert sygne.fetch(SCHOOL.uai, 2026, at=AT)
    assert [line.split()[0] for line in services.asked[4:]] == ["GET", "POST", "GET"]


def test_fregata_numbers_the_year_from_1996_and_signs_the_date(adapter, services):
    adapter(SourceKind.FREGATA).fetch(SCHOOL.uai, 2026, at=AT)
    assert "anneeScolaireId=30" in services.asked[0]
    assert services.headers[0]["Authorization"].startswith(f"Signature keyId={KEY},algorithm=hmac-sha1,")


def test_the_signature_is_the_one_the_protocol_gives():
    """Computed apart with openssl: printf 'date: …' | openssl dgst -sha1 -hmac secret -binary | base64."""
    assert signature("secret", "Tue, 08 Sep 2026 00:30:00 GMT") == "rf9nREIuh6d8CK6Goj3P2oByF9E%3D"


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_key_is_asked_no_second_time(adapter, services, pauses, kind):
    with pytest.raises(RefusedCredentials):
        adapter(kind, secret="faux").fetch(SCHOOL.uai, 2026, at=AT)
    assert pauses == []
    assert len(services.asked) <= 2


@pytest.mark.parametrize("kind", KINDS)
def test_another_year_and_an_unknown_school_are_not_ready(adapter, kind):
    with pytest.raises(NotReady):
        adapter(kind).fetch(SCHOOL.uai, 2027, at=AT)
    with pytest.raises(NotReady):
        adapter(kind).fetch("0140999Z", 2026, at=AT)


@pytest.mark.parametrize(("nature", "error"), [("METIER", NotReady), ("TECHNIQUE", SourceFailed)])
def test_an_error_document_is_a_failure_whatever_the_status(adapter, services, nature, error):
    services.faults = [says(error_document(nature))]
    with pytest.raises(error):
        adapter(SourceKind.NETSYNCHRO).fetch(SCHOOL.uai, 2026, at=AT)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"[]", NotReady),
        (b'{"erreur": "panne"}', SourceFailed),
        (b"<html>", SourceFailed),
        (b"", SourceFailed),
    ],
)
@pytest.mark.parametrize("kind", [SourceKind.SYGNE, SourceKind.FREGATA])
def test_a_list_that_is_none_is_never_an_empty_school(adapter, services, kind, body, error):
    service = adapter(kind)
    service.fetch(SCHOOL.uai, 2026, at=AT)
    services.faults = [says(body)]
    with pytest.raises(error):
        service.fetch(SCHOOL.uai, 2026, at=AT)


def test_the_export_of_another_school_is_refused(adapter, services):
    other = make_region(schools=2, pupils=5, seed=9).schools[1]
    services.schools[SCHOOL.uai] = other
    with pytest.raises(SourceFailed, match="another_school"):
        adapter(SourceKind.NETSYNCHRO).fetch(SCHOOL.uai, 2026, at=AT)


@pytest.mark.parametrize("fault", [fails(500), fails(502), cuts, hangs_up])
def test_what_may_pass_is_asked_again_after_growing_pauses(adapter, services, pauses, fault):
    services.faults = [fault, fault]
    assert adapter(SourceKind.FREGATA).fetch(SCHOOL.uai, 2026, at=AT)
    assert pauses == [1.0, 2.0]


@pytest.mark.parametrize(
    ("fault", "error"),
    [(fails(500), SourceFailed), (cuts, SourceFailed), (hangs_up, Unreachable), (fails(429), Busy)],
)
def test_what_does_not_pass_is_given_up_after_four_times(adapter, services, fault, error):
    services.faults = [fault] * 9
    with pytest.raises(error):
        adapter(SourceKind.FREGATA).fetch(SCHOOL.uai, 2026, at=AT)
    assert len(services.asked) == 4


def test_a_busy_service_is_left_alone_as_long_as_it_asks(adapter, services, pauses):
    services.faults = [fails(429, Retry_After="7"), fails(503, Retry_After="Tue, 08 Sep 2026 00:00:00 GMT")]
    assert adapter(SourceKind.FREGATA).fetch(SCHOOL.uai, 2026, at=AT)
    assert pauses[0] == 7.0
    services.faults = [fails(429, Retry_After="3600")]
    with pytest.raises(Busy) as busy:
        adapter(SourceKind.FREGATA).fetch(SCHOOL.uai, 2026, at=AT)
    assert busy.value.wait == 3600


def test_a_redirection_is_not_followed(adapter, services):
    services.faults = [fails(302, Location=f"{services.address}/ailleurs")] * 4
    with pytest.raises(SourceFailed, match="redirected"):
        adapter(SourceKind.NETSYNCHRO).fetch(SCHOOL.uai, 2026, at=AT)
    assert not any("ailleurs" in line for line in services.asked)


def test_an_answer_without_end_is_cut_at_the_limit(adapter, services):
    services.faults = [never_ends]
    with pytest.raises(SourceFailed, match="endless_answer"):
        adapter(SourceKind.NETSYNCHRO, bytes=1_000_000, attempts=1).fetch(SCHOOL.uai, 2026, at=AT)


def test_an_answer_that_drips_is_given_up_in_time(adapter, services):
    services.faults = [drips]
    with pytest.raises(Unreachable, match="timeout"):
        adapter(SourceKind.NETSYNCHRO, total_s=0.2, read_s=1, attempts=1).fetch(SCHOOL.uai, 2026, at=AT)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://cartable.invalid"])
def test_nobody_at_the_address_is_said_so(adapter, address):
    with pytest.raises(Unreachable):
        adapter(SourceKind.NETSYNCHRO, address=address, attempts=1).fetch(SCHOOL.uai, 2026, at=AT)


def test_neither_secret_nor_pupil_is_ever_written(adapter, services, caplog):
    caplog.set_level(logging.DEBUG)
    service = adapter(SourceKind.SYGNE)
    service.fetch(SCHOOL.uai, 2026, at=AT)
    services.faults = [fails(500, b"LEFEVRE")] * 4
    with pytest.raises(FeedError) as failed:
        service.fetch(SCHOOL.uai, 2026, at=AT)
    written = caplog.text + repr(failed.value) + repr(service._access)
    assert caplog.records
    for secret in (SECRET, KEY, *services.tokens, SCHOOL.pupils[0].family_name, "LEFEVRE"):
        assert secret not in written
