"""The authority's own signature under the convention: who signs for the Region, by which power, with which hand."""

import uuid
from base64 import b64encode
from functools import cached_property

from django.conf import settings
from django.core import signing
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from programmes.models import Campaign


IMAGE_KIND = "authority_signature"


class AuthoritySignatureQuerySet(models.QuerySet["AuthoritySignature"]):
    def in_force(self, campaign: Campaign) -> "AuthoritySignature | None":
        """The last one set; none before the Region signs."""
        return self.filter(campaign=campaign).order_by("pk").last()


class AuthoritySignature(models.Model):
    """Who signs the convention for the authority: « Le Président, délibération du 4 juillet 2026 ».

    Part of the text's version, like its words: another signatory makes another version, which asks nobody to sign
    again. Never changed. The image is a drawing of the hand, shown; what proves is the seal and the chain of evidence.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="authority_signatures")
    signer_name = models.CharField(_("first name and surname"), max_length=120)
    signer_title = models.CharField(_("title"), max_length=160)
    power = models.CharField(_("power to sign"), max_length=300)
    signed_on = models.DateField(_("signed on"))
    image = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("image of the signature"),
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    set_at = models.DateTimeField(_("set at"))

    objects = AuthoritySignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature of the authority")
        verbose_name_plural = _("signatures of the authority")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.signer_name}, {self.signer_title}"

    @property
    def image_token(self) -> str:
        """What stands for its image in a page: nobody can name another file than one they were shown."""
        return signing.dumps(self.image.pk, salt=IMAGE_KIND) if self.image else ""

    @cached_property
    def image_uri(self) -> str:
        """The image itself, for a page or a document; "" without one."""
        return f"data:image/png;base64,{b64encode(self.image.read_bytes()).decode()}" if self.image else ""
