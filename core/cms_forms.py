"""What a CMS says outside of what it signs (RFC 5652), held to one form, so that no byte of it changes unseen.

Versions, algorithms, lengths and the certificates of those who certify are covered by no signature: a seal or a
time-stamp would hold with some of them altered. Here they are written again from the rest, or proved by each other.
"""

from collections.abc import Iterable

from asn1crypto import cms, core, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_der_x509_certificate


PLAIN = (core.Null, core.Void)  # the parameters of a digest algorithm: none, written or not
SIGNED = ("sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")


def plain_form(
    found: cms.ContentInfo,
    signer: x509.Certificate,
    *,
    roots: Iterable[bytes] = (),
    keep_unsigned: bool = False,
) -> bytes:
    """The same CMS of one signer as RFC 5652 has it written, with the certificates of its signer's chain alone.

    `roots`, in DER, are where the chain may end. Attributes nobody signed are left out unless they are kept. Raises
    ValueError where its algorithms are not plain.
    """
    signed = found["content"]
    (info,) = signed["signer_infos"]
    digest, said = info["digest_algorithm"], list(signed["digest_algorithms"])
    if [one["algorithm"].native for one in said] != [digest["algorithm"].native]:
        raise ValueError("it names other digest algorithms than its signer")
    if not all(isinstance(one["parameters"], PLAIN) for one in (digest, *said)):
        raise ValueError("its digest algorithm has parameters")
    is_data = signed["encap_content_info"]["content_type"].native == "data"
    names = (*SIGNED, "unsigned_attrs") if keep_unsigned else SIGNED
    info_again = {name: info[name] for name in names if not isinstance(info[name], core.Void)}
    info_again["version"] = "v1" if info["sid"].name == "issuer_and_serial_number" else "v3"
    again = {name: signed[name] for name in ("digest_algorithms", "encap_content_info")}
    again["certificates"] = _chain_in(signed, signer, roots)
    again |= {"version": "v1" if is_data else "v3", "signer_infos": [cms.SignerInfo(info_again)]}
    content: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(again)}).dump()
    return content


def _chain_in(
    signed: cms.SignedData, signer: x509.Certificate, roots: Iterable[bytes]
) -> list[cms.CertificateChoices]:
    if _has_bits_left(signer):
        raise ValueError("the signature of its certificate has bits left over")
    found = [one.chosen for one in signed["certificates"] if one.name == "certificate"]
    others = [load_der_x509_certificate(one.dump()) for one in found if not _has_bits_left(one)]
    ends = [load_der_x509_certificate(root) for root in roots]
    chain = [
        x509.Certificate.load(one.public_bytes(Encoding.DER))
        for one in chain_of(load_der_x509_certificate(signer.dump()), others, ends)
    ]
    return [cms.CertificateChoices("certificate", one) for one in chain]


def _has_bits_left(certificate: x509.Certificate) -> bool:
    """Whether its signature says that its last bits do not count: no reader looks at how many."""
    return bool(certificate["signature_value"].contents[0])


def chain_of(
    signer: Certificate, others: Iterable[Certificate], roots: Iterable[Certificate] = ()
) -> list[Certificate]:
    """From the signer's certificate upwards, each signed by the next; none when it ends where it should not.

    It ends at its own issuer, at one of `roots` or under one of them; where no root is named, its last issuer may be
    unknown.
    """
    chain, rest, ends = [signer], list(others), list(roots)
    while not _is_last(chain[-1], ends):
        parent = next((one for one in rest if _signed_by(chain[-1], one)), None)
        if parent is None:
            return [] if ends or chain[-1].issuer == chain[-1].subject else chain
        rest.remove(parent)
        chain.append(parent)
    return chain


def _is_last(certificate: Certificate, roots: list[Certificate]) -> bool:
    return certificate in roots or any(_signed_by(certificate, one) for one in (*roots, certificate))


def _signed_by(certificate: Certificate, issuer: Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
    return True
