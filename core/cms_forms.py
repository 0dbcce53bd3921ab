"""What a CMS says outside of what it signs (RFC 5652), held to one form, so that no byte of it changes unseen.

Versions, algorithms, lengths and the certificates of those who certify are covered by no signature: a seal or a
time-stamp would hold with some of them altered. Here they are written again from the rest, or proved by each other.
"""

from asn1crypto import cms, core
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import Certificate, load_der_x509_certificate


PLAIN = (core.Null, core.Void)  # the parameters of a digest algorithm: none, written or not


def written_again(found: cms.ContentInfo) -> bytes:
    """The same CMS of one signer as RFC 5652 has it written; raises ValueError where its algorithms are not plain."""
    signed = found["content"]
    (signer,) = signed["signer_infos"]
    digest, said = signer["digest_algorithm"], list(signed["digest_algorithms"])
    if [one["algorithm"].native for one in said] != [digest["algorithm"].native]:
        raise ValueError("it names other digest algorithms than its signer")
    if not all(isinstance(one["parameters"], PLAIN) for one in (digest, *said)):
        raise ValueError("its digest algorithm has parameters")
    is_data = signed["encap_content_info"]["content_type"].native == "data"
    fields = ("sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature", "unsigned_attrs")
    signer_again = {name: signer[name] for name in fields if not isinstance(signer[name], core.Void)}
    signer_again["version"] = "v1" if signer["sid"].name == "issuer_and_serial_number" else "v3"
    again = {name: signed[name] for name in ("digest_algorithms", "encap_content_info", "certificates")}
    again |= {"version": "v1" if is_data else "v3", "signer_infos": [cms.SignerInfo(signer_again)]}
    content: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(again)}).dump()
    return content


def are_one_chain(found: cms.SignedData, signer: bytes, roots: tuple[bytes, ...] = ()) -> bool:
    """Whether its certificates lead upwards from the signer's, each signed by the next, and none stands aside.

    The last one is its own issuer, or one of `roots` or signed by one of them; where no root is named, its issuer may
    be unknown. All in DER; raises ValueError when one cannot be read.
    """
    if {one.name for one in found["certificates"]} != {"certificate"}:
        return False
    if any(one.chosen["signature_value"].contents[0] for one in found["certificates"]):
        return False  # bits said to be left over in a signature: no reader looks at how many
    rest = [load_der_x509_certificate(one.chosen.dump()) for one in found["certificates"]]
    last = load_der_x509_certificate(signer)
    rest.remove(last)
    while parent := next((one for one in rest if one.subject == last.issuer != last.subject), None):
        if not _signed_by(last, parent):
            return False
        rest.remove(parent)
        last = parent
    return not rest and _ends_well(last, [load_der_x509_certificate(root) for root in roots])


def _ends_well(last: Certificate, roots: list[Certificate]) -> bool:
    if last.issuer == last.subject:
        return _signed_by(last, last)
    return not roots or last in roots or any(_signed_by(last, root) for root in roots)


def _signed_by(certificate: Certificate, issuer: Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True
