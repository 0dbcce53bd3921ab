"""XML that reads our disk, calls our network or eats our memory is refused before it can (trust 23, 24)."""

import socket
from pathlib import Path

import pytest

from schools.imports.receiving import receive_bytes
from schools.sources.sniff import MAX_DOCUMENT_BYTES
from tests.trust.canary import canary
from tests.trust.children import reader
from tests.trust.documents import document, pupil_xml


MB = 1024 * 1024
SECONDS = 2
MEGABYTES = (
    2 * MAX_DOCUMENT_BYTES // MB
)  # the most a file may cost: its bytes, and again in the parser's hands


@pytest.fixture(scope="module")
def read():
    with reader() as read:
        yield read


@pytest.fixture
def secret(tmp_path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text("le-secret-du-disque")
    return path


def attacks(secret: Path, bird) -> dict[str, str]:
    """Every way XML has to name something outside itself."""
    inside = pupil_xml(given_name="&e;")
    file, url = f"file://{secret}", bird.url
    return {
        "a file": document(inside, doctype=f'<!DOCTYPE BEE_ELEVES [<!ENTITY e SYSTEM "{file}">]>'),
        "an address": document(inside, doctype=f'<!DOCTYPE BEE_ELEVES [<!ENTITY e SYSTEM "{url}">]>'),
        "a public name": document(
            inside, doctype=f'<!DOCTYPE BEE_ELEVES [<!ENTITY e PUBLIC "-//X//Y" "{url}">]>'
        ),
        "a parameter entity": document(
            doctype=f'<!DOCTYPE BEE_ELEVES [<!ENTITY % p SYSTEM "{url}"> %p;]>', body=pupil_xml()
        ),
        "an outside subset": document(pupil_xml(), doctype=f'<!DOCTYPE BEE_ELEVES SYSTEM "{url}">'),
        "a bare document type": document(pupil_xml(), doctype="<!DOCTYPE BEE_ELEVES>"),
        "an entity of its own": document(inside, doctype='<!DOCTYPE BEE_ELEVES [<!ENTITY e "Zoé">]>'),
        "an outside subset after a comment": document(
            pupil_xml(), doctype=f'<!-- {"-" * 1} {"x" * 9000} --><!DOCTYPE BEE_ELEVES SYSTEM "{url}">'
        ),
    }


NAMES = list(attacks(Path("/dev/null"), type("Bird", (), {"url": ""})))


@pytest.mark.trust(23)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-15"])
@pytest.mark.parametrize("name", NAMES)
def test_a_document_type_is_refused_and_nobody_is_called(name, encoding, secret, bird):
    data = attacks(secret, bird)[name].replace('"UTF-8"', f'"{encoding}"').encode(encoding)
    [bundle] = receive_bytes([("ElevesAvecAdresses.xml", data)])
    assert [finding.code for finding in bundle.findings.refusals] == ["doctype"]
    assert bundle.envelopes == []


@pytest.mark.trust(23)
@pytest.mark.parametrize(
    "body",
    [
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{href}"/>',
        '<ELEVE xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x {href}"/>',
        '<?xml-stylesheet type="text/xsl" href="{href}"?>',
    ],
)
def test_nothing_a_document_points_at_is_opened(body, secret, bird):
    """These are well-formed: they are read as what they are, words."""
    for href in (f"file://{secret}", bird.url):
        data = document(pupil_xml() + body.format(href=href)).encode()
        [bundle] = receive_bytes([("a.xml", data)])
        pupils = bundle.read_roll().pupils
        assert pupils[0].given_name == "Zoé"
        assert "secret" not in "".join(f"{pupil.family_name}{pupil.given_name}" for pupil in pupils)


@pytest.mark.trust(23)
def test_the_canary_sings_when_it_is_called():
    """Else its silence, which the end of each of these tests asserts, would prove nothing."""
    with canary() as bird:
        with socket.create_connection(("127.0.0.1", bird.port), timeout=10):
            pass
        bird.close()
        assert bird.hits == 1


@pytest.mark.trust(23)
@pytest.mark.django_db
def test_a_school_s_hostile_file_is_put_aside_and_its_night_goes_on(world, bird):
    """The other school is imported; of the hostile one nothing is, and its refusal is kept."""
    world.export()
    [hostile] = [p for p in world.written if p.parent.name == world.school.uai and "Eleves" in p.name]
    hostile.unlink()
    hostile.with_suffix(".xml").write_text(
        document(pupil_xml("&e;"), doctype=f'<!DOCTYPE BEE_ELEVES [<!ENTITY e SYSTEM "{bird.url}">]>')
    )
    report = world.receive([hostile.parent, *(p for p in world.written if p.parent != hostile.parent)])
    assert [school.uai for school in report.refused] == [world.school.uai]
    assert report.counts.arrivals == 40


def billion_laughs() -> str:
    entities = ['<!ENTITY a0 "ha">']
    entities += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    return document(pupil_xml("&a11;"), doctype=f"<!DOCTYPE BEE_ELEVES [{''.join(entities)}]>")


def quadratic() -> str:
    return document(
        "<X>" + "&a;" * 50_000 + "</X>", doctype=f'<!DOCTYPE BEE_ELEVES [<!ENTITY a "{"x" * 50_000}">]>'
    )


def wide(count: int) -> str:
    """One element with very many attributes: some parsers look each one up in all the others."""
    return document("<X " + " ".join(f'a{n}="1"' for n in range(count)) + "/>")


BOMBS = {
    "billion laughs": billion_laughs,
    "quadratic blow-up": quadratic,
    "10,000 levels": lambda: document("<X>" * 10_000 + "</X>" * 10_000),
    "a text of 50 MB": lambda: document(pupil_xml(given_name="x" * 50 * MB)),
    "a comment of 50 MB": lambda: document(f"<!--{'x' * 50 * MB}-->" + pupil_xml()),
    "a comment of marks": lambda: document(f"<!--{'<x>' * 16 * MB}-->" + pupil_xml()),
    "an attribute of marks": lambda: document(f'<X a="{">" * 50 * MB}"/>' + pupil_xml()),
    "a section of marks": lambda: document(f"<X><![CDATA[{'<x>' * 16 * MB}]]></X>" + pupil_xml()),
    "an attribute of 50 MB": lambda: document(f'<X a="{"x" * 50 * MB}"/>' + pupil_xml()),
    "a name of 50 MB": lambda: document(f"<{'x' * 50 * MB}/>" + pupil_xml()),
    "100,000 attributes": lambda: wide(100_000),
    "a prolog without an end": lambda: "<!--" + "x" * 50 * MB,
    "a prolog of marks": lambda: "<!--" + "x>" * 25 * MB,
}


@pytest.mark.trust(24)
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_less_than_two_seconds_and_128_mb(name, tmp_path, read):
    path = tmp_path / "ElevesAvecAdresses.xml"
    path.write_text(BOMBS[name](), encoding="utf-8")
    reading = read(path)
    assert reading.codes in (["doctype"], ["bad_xml"])
    assert reading.pupils == 0
    assert reading.seconds < SECONDS
    assert reading.megabytes < MEGABYTES


@pytest.mark.trust(24)
def test_a_file_of_200_mb_is_refused_unread(tmp_path, read):
    path = tmp_path / "ElevesAvecAdresses.xml"
    with path.open("wb") as file:
        file.write(document(pupil_xml()).encode())
        file.truncate(200 * MB)
    assert MAX_DOCUMENT_BYTES < 200 * MB
    reading = read(path)
    assert (reading.codes, reading.pupils) == (["too_big"], 0)
    assert reading.seconds < SECONDS
    assert reading.megabytes < MEGABYTES


@pytest.mark.trust(24)
def test_a_limit_that_is_reached_would_be_seen(tmp_path, read):
    """The child really has a limit: the largest school of France fits in it, ten times over."""
    body = "".join(pupil_xml().replace('"1"', f'"{n}"') for n in range(20_000))
    path = tmp_path / "ElevesAvecAdresses.xml"
    path.write_text(document(body), encoding="utf-8")
    reading = read(path)
    assert (reading.codes, reading.pupils) == ([], 20_000)
    assert reading.megabytes < MEGABYTES
