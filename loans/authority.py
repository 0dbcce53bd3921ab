"""The authority signs the convention: a name, a title, a power to sign, a day, and the image of a hand (issue 4 §1)."""

import io
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from accounts.models import User
from core.files import MEGABYTE, store_bytes, store_document
from core.models import StoredFile
from core.refusals import Refused
from loans.models import AuthoritySignature
from loans.models.text import IMAGE_KIND
from loans.publishing import publish_text
from programmes.models import Campaign


LARGEST = (900, 300)  # pixels: 6 cm across the page at 300 dots an inch, and some
SMALLEST = 120  # pixels: a smaller drawing cannot be read on paper


@transaction.atomic
def store_signature_image(content: bytes, *, name: str) -> StoredFile:
    """Keep the image of a signature, redrawn in grey on white, small, without what the camera wrote in it.

    Raises Refused: `file_…` (see `core.files.store_document`), `image_unreadable`, `image_too_small`.
    """
    store_document(content, kind="authority_signature_received", name=name, limit=2 * MEGABYTE)
    drawn = _drawn(content)
    return store_bytes(drawn, kind=IMAGE_KIND, name="signature.png", content_type="image/png")


def _drawn(content: bytes) -> bytes:
    try:
        image = Image.open(io.BytesIO(content))
        image.load()
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise Refused(
            "image_unreadable", _("This image cannot be read. Choose a PNG or a JPEG file.")
        ) from error
    if image.width < SMALLEST:
        raise Refused(
            "image_too_small",
            _("This image is only %(width)d pixels wide: at least %(least)d are needed.")
            % {"width": image.width, "least": SMALLEST},
        )
    with_alpha = image.convert("RGBA")
    paper = Image.new("RGBA", with_alpha.size, "white")
    paper.alpha_composite(with_alpha)
    grey = paper.convert("L")
    grey.thumbnail(LARGEST)
    out = io.BytesIO()
    grey.save(out, "PNG", optimize=True)
    return out.getvalue()


@transaction.atomic
def sign_for_authority(
    *,
    campaign: Campaign,
    name: str,
    title: str,
    power: str,
    signed_on: date,
    image: StoredFile | None,
    by: User,
    at: datetime,
    on: date,
) -> AuthoritySignature:
    """Set who signs for the authority, and publish the version of the text that bears it; the terms stay.

    The same signature set twice is one. Raises Refused: `signature_later`, `signature_without_power`.
    """
    campaign = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("programme", "rules")
        .get(pk=campaign.pk)
    )
    if signed_on > on:
        raise Refused("signature_later", _("A signature cannot be dated in the future."))
    if not power.strip():
        raise Refused("signature_without_power", _("Say by which vote or delegation this person may sign."))
    facts = {
        "signer_name": name.strip(),
        "signer_title": title.strip(),
        "power": power.strip(),
        "signed_on": signed_on,
    }
    last = AuthoritySignature.objects.in_force(campaign)
    if (
        last
        and all(getattr(last, key) == value for key, value in facts.items())
        and _same_image(last.image, image)
    ):
        return last
    signature = AuthoritySignature.objects.create(
        campaign=campaign, image=image, set_by=by, set_at=at, **facts
    )
    publish_text(campaign, by=by, at=at)
    return signature


def _same_image(one: StoredFile | None, other: StoredFile | None) -> bool:
    return (one.sha256 if one else "") == (other.sha256 if other else "")
