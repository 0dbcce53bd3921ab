"""The key that seals: a file for now; a hardware module or a remote signer behind the same interface.

The interface is pyHanko's `Signer`: `SEAL_SIGNER` names a function without argument that returns one. The function
here reads a PKCS#12 or PEM file; a region with a hardware module names one of its own, which returns pyHanko's
`PKCS11Signer` or `CSCSigner`, and nothing else changes.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from asn1crypto import keys, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.module_loading import import_string
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from core.cms_forms import chain_of


TEST_KEY = "test"  # the value of SEAL_KEY that stands for a key made here, which proves nothing
TEST_PASSWORD = b"test"
TEST_TIMES = datetime(2016, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)  # the demo plays other years
TEST_SUBJECT = "TEST – cachet sans valeur – Cartable"


class NoSealKey(Exception):
    """No key is configured, or its certificate is not valid now: sealing waits, signing goes on (trust 22)."""


class LoadedKeySigner(SimpleSigner):
    """A signer that opens its private key once; pyHanko's own reads and checks it again for each signature."""

    @cached_property
    def opened_key(self) -> Any:
        return load_der_private_key(self.signing_key.dump(), password=None)

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
        if isinstance(self.opened_key, rsa.RSAPrivateKey):
            return self.opened_key.sign(data, PKCS1v15(), digest[digest_algorithm])
        return bytes(self.opened_key.sign(data, ECDSA(digest[digest_algorithm])))


_PARTS = re.compile(r"(^|[,;] )[A-Z][A-Za-z/ ]+: ")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a person wants to know of a certificate; `sha256` is of its DER form."""

    subject: str
    issuer: str
    serial: str
    sha256: str
    starts_at: datetime
    ends_at: datetime


def certificate_of(found: x509.Certificate) -> Certificate:
    return Certificate(
        subject=found.subject.human_friendly,
        issuer=found.issuer.human_friendly,
        serial=f"{found.serial_number:x}",
        sha256=found.sha256.hex(),
        starts_at=found.not_valid_before,
        ends_at=found.not_valid_after,
    )


def names_in(subject: str) -> str:
    """Whose certificate it is, to a reader: « Région, FR » of `Common Name: Région, Country: FR`."""
    return _PARTS.sub(r"\1", subject)


def current_signer(at: datetime) -> Signer:
    """The signer to seal with; raises NoSealKey when there is none, or its certificate is not valid at that instant."""
    signer = _signer(settings.SEAL_SIGNER, settings.SEAL_KEY)
    certificate = signer.signing_cert
    if certificate is None or not certificate.not_valid_before <= at <= certificate.not_valid_after:
        raise NoSealKey("The certificate of the seal is not valid now.")
    return signer


def seal_certificate() -> Certificate | None:
    """The certificate of the key, valid or not; raises NoSealKey without a key."""
    found = _signer(settings.SEAL_SIGNER, settings.SEAL_KEY).signing_cert
    return certificate_of(found) if found else None


@cache
def _signer(path: str, _key: str) -> Signer:
    signer: Signer = import_string(path)()
    return signer


def file_signer() -> Signer:
    """The key of `SEAL_KEY`: a path to PKCS#12 (.p12, .pfx) or PEM (key and certificates), or `test`."""
    if not settings.SEAL_KEY:
        raise NoSealKey("SEAL_KEY is not set.")
    if settings.SEAL_KEY == TEST_KEY:
        return _from_pkcs12(test_key(Path(settings.DATA_DIR) / "seal" / "test.p12"), TEST_PASSWORD)
    password = settings.SEAL_KEY_PASSWORD.encode() or None
    try:
        content = Path(settings.SEAL_KEY).read_bytes()
        return _from_pem(content, password) if b"-----BEGIN" in content else _from_pkcs12(content, password)
    except (OSError, ValueError) as error:
        raise NoSealKey(f"SEAL_KEY cannot be read: {error}") from error


def _from_pkcs12(content: bytes, password: bytes | None) -> Signer:
    key, certificate, others = pkcs12.load_key_and_certificates(content, password)
    if certificate is None:
        raise ValueError("the file holds no certificate")
    return _loaded(key, certificate, others)


def _from_pem(content: bytes, password: bytes | None) -> Signer:
    certificate, *others = pyca.load_pem_x509_certificates(content)
    return _loaded(load_pem_private_key(content, password), certificate, others)


def _loaded(key: Any, certificate: pyca.Certificate, others: list[pyca.Certificate]) -> Signer:
    chain = SimpleCertificateStore()
    above = chain_of(certificate, others)[1:]  # a file of keys may hold certificates of others
    chain.register_multiple(x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in above)
    return LoadedKeySigner(
        signing_cert=x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        cert_registry=chain,
    )


def test_key(path: Path) -> bytes:
    """The PKCS#12 of a key made once for this folder, whose certificate says TEST; two processes agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{id(path):x}.new")
        fresh.write_bytes(make_key(TEST_SUBJECT))
        fresh.chmod(0o600)
        try:
            path.hardlink_to(fresh)  # fails when another process was quicker: theirs is the one
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()


def make_key(name: str, *, starts_at: datetime = TEST_TIMES[0], ends_at: datetime = TEST_TIMES[1]) -> bytes:
    """A new RSA key and its own certificate, as PKCS#12. RSA, for an EC key would raise the PDF to version 2.0."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    subject = pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        pyca.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(pyca.random_serial_number())
        .not_valid_before(starts_at)
        .not_valid_after(ends_at)
        .add_extension(pyca.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        b"seal", key, certificate, None, BestAvailableEncryption(TEST_PASSWORD)
    )


def _usage() -> pyca.KeyUsage:
    others = ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign")
    return pyca.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        encipher_only=False,
        decipher_only=False,
        **dict.fromkeys(others, False),
    )
