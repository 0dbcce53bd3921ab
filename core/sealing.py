"""Sealing a PDF: a tagged signature field, files attached, a PAdES signature, and the time of an authority inside it.

A seal says which system kept these bytes and that none changed since; who signed is in the proof file it protects.
Sealing and time-stamping are two steps: the token goes into the room kept in the signature, so a seal made while the
authority was silent (level B-B) becomes B-T later without another signature.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import cms
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import simple_cms_attribute
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer

from core.timestamps import Token, finish


FIELD = "Cachet"
RESERVED = 2 * 12 * 1024  # hexadecimal digits: 12 kB for the signature, its certificates and a token
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
TIMESTAMP = "signature_time_stamp_token"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF; `description` is read by people."""

    name: str
    content: bytes
    content_type: str
    description: str
    at: datetime


def seal_pdf(
    content: bytes, *, signer: Signer, label: str, reason: str, attachments: tuple[Attachment, ...] = ()
) -> bytes:
    """These bytes followed by one revision: files attached and the seal over all of it. Any other change breaks it.

    `label` names the field for those who hear the page. The document's own bytes remain as a prefix.
    """
    writer = IncrementalPdfFileWriter(BytesIO(content))
    # pyHanko would raise the file to PDF 2.0 (an attachment's relationship, an EC key): PDF/UA-1 is 1.7
    writer.ensure_output_version = lambda version: None  # type: ignore[method-assign]
    for attachment in attachments:
        _attach(writer, attachment)
    _add_tagged_field(writer, label)
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
    )
    sealing = PdfSigner(metadata, signer).async_sign_pdf(
        writer, existing_fields_only=True, bytes_reserved=RESERVED
    )
    return bytes(finish(sealing).getbuffer())


def _attach(writer: IncrementalPdfFileWriter, attachment: Attachment) -> None:
    embed.embed_file(
        writer,
        embed.FileSpec(
            file_spec_string=attachment.name,
            file_name=attachment.name,
            embedded_data=embed.EmbeddedFileObject.from_file_data(
                writer,
                data=attachment.content,
                mime_type=attachment.content_type,
                params=embed.EmbeddedFileParams(creation_date=attachment.at, modification_date=attachment.at),
            ),
            description=attachment.description,
            af_relationship=generic.pdf_name("/Data"),
        ),
    )


def _add_tagged_field(writer: IncrementalPdfFileWriter, label: str) -> None:
    """An invisible signature field on page 1, in the tag tree as PDF/UA asks of any widget (7.18.4)."""
    name, number = generic.pdf_name, generic.NumberObject
    tree = writer.root["/StructTreeRoot"]
    page_ref = writer.root["/Pages"]["/Kids"].raw_get(0)
    document_ref, nums = tree["/K"].raw_get(0), tree["/ParentTree"]["/Nums"]
    key = int(nums[-2]) + 1
    widget = generic.DictionaryObject(
        {
            name("/Type"): name("/Annot"),
            name("/Subtype"): name("/Widget"),
            name("/FT"): name("/Sig"),
            name("/T"): generic.pdf_string(FIELD),
            name("/TU"): generic.pdf_string(label),
            name("/F"): number(132),
            name("/Rect"): generic.ArrayObject([number(0)] * 4),
            name("/P"): page_ref,
            name("/StructParent"): number(key),
        }
    )
    widget_ref = writer.add_object(widget)
    link = {name("/Type"): name("/OBJR"), name("/Obj"): widget_ref, name("/Pg"): page_ref}
    form = {
        name("/Type"): name("/StructElem"),
        name("/S"): name("/Form"),
        name("/P"): document_ref,
        name("/Pg"): page_ref,
        name("/Alt"): generic.pdf_string(label),
        name("/K"): generic.ArrayObject([generic.DictionaryObject(link)]),
    }
    form_ref = writer.add_object(generic.DictionaryObject(form))
    document_ref.get_object()["/K"].append(form_ref)
    nums.extend([number(key), form_ref])
    page = page_ref.get_object()
    page.setdefault(name("/Annots"), generic.ArrayObject()).append(widget_ref)
    for changed in (document_ref.get_object(), nums, page):
        writer.update_container(changed)
    fields = {name("/Fields"): generic.ArrayObject([widget_ref]), name("/SigFlags"): number(3)}
    writer.root["/AcroForm"] = writer.add_object(generic.DictionaryObject(fields))
    writer.update_root()


@dataclass(frozen=True, slots=True)
class Room:
    """Where the signature lies in a sealed file, its « < » and « > » included, and where the file should end."""

    start: int
    end: int
    length: int


def room_of(sealed: bytes) -> Room:
    """The room of the last seal; raises ValueError when there is none."""
    found = list(BYTE_RANGE.finditer(sealed))
    if not found:
        raise ValueError("This file holds no seal.")
    start, end, rest = map(int, found[-1].groups())
    return Room(start, end, end + rest)


def signature_in(sealed: bytes) -> cms.ContentInfo:
    room = room_of(sealed)
    return cms.ContentInfo.load(bytes.fromhex(sealed[room.start + 1 : room.end - 1].decode("ascii")))


def digest_to_stamp(sealed: bytes) -> bytes:
    """What an authority stamps for level B-T: the SHA-256 of the signature's value."""
    signer = signature_in(sealed)["content"]["signer_infos"][0]
    return hashlib.sha256(signer["signature"].native).digest()


def with_timestamp(sealed: bytes, token: Token) -> bytes:
    """The sealed file with the token in its signature: B-B becomes B-T, and no signed byte changes."""
    room, signature = room_of(sealed), signature_in(sealed)
    signer = signature["content"]["signer_infos"][0]
    signer["unsigned_attrs"] = cms.CMSAttributes([simple_cms_attribute(TIMESTAMP, token.as_cms)])
    digits = signature.dump().hex().upper().encode()
    free = room.end - room.start - 2
    if len(digits) > free:
        raise ValueError("The token is too large for the room kept in the seal.")
    return b"".join([sealed[: room.start], b"<", digits.ljust(free, b"0"), b">", sealed[room.end :]])
