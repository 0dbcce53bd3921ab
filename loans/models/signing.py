"""How a convention is reached and signed: the link, and the signature."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from loans.enums import IdentityCheck, SignatureMethod, SignerCapacity
from loans.models.convention import Convention, ConventionText
from schools.models import Guardian, Pupil


class SigningLink(models.Model):
    """A way to one convention for one signer; a pointer, not a proof of who holds it.

    Only the SHA-256 of the token is kept. `guardian` is empty when the adult pupil signs. Five wrong birth dates
    freeze the link until the school or the helpdesk unlocks it (trust 9). `origin` is the link that showed this one to
    another phone, as a QR code.
    """

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="links")
    guardian = models.ForeignKey(
        Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="links"
    )
    origin = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="shared")
    token_hash = models.CharField(max_length=64, unique=True)
    sent_to = models.CharField(_("sent to"), max_length=254, blank=True)
    issued_at = models.DateTimeField(_("issued at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("first seen at"), null=True, blank=True)
    wrong_birth_dates_count = models.PositiveSmallIntegerField(_("wrong birth dates"), default=0)

    class Meta:
        verbose_name = _("signing link")
        verbose_name_plural = _("signing links")
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return f"{self.convention} → {self.sent_to}"

    def is_open(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at


class AddressCorrection(models.Model):
    """An e-mail address mended by the school or the helpdesk, without touching the school's base.

    It stands for the address the base gave that day (`base_email`): as soon as the base gives another one, the base
    is right again.
    """

    guardian = models.OneToOneField(
        Guardian, on_delete=models.CASCADE, null=True, blank=True, related_name="address_correction"
    )
    pupil = models.OneToOneField(
        Pupil, on_delete=models.CASCADE, null=True, blank=True, related_name="address_correction"
    )
    email = models.EmailField(_("e-mail address"))
    base_email = models.CharField(_("address in the base"), max_length=254, blank=True)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    corrected_at = models.DateTimeField(_("corrected at"))

    class Meta:
        verbose_name = _("corrected address")
        verbose_name_plural = _("corrected addresses")
        constraints = [
            models.CheckConstraint(
                name="correction_of_one_person",
                condition=Q(guardian__isnull=False, pupil=None) | Q(guardian=None, pupil__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.email


class Signature(models.Model):
    """The act of signing: who, for whom, which text, how, and the exact bytes kept; one for each signatory.

    `signer_name` is as it was then. `capacity` is by what right; `decision_reference` is that of the judge's or the
    service's decision, for who signs under one. `identity_check` is how the agent at the desk knew the signer.
    `agent` is the member of staff at the desk or who validated the paper: the actor is the agent, the signer remains
    the guardian (P2). `text` is the version on the sheet, where paper of an earlier one was signed; else it is the
    convention's. Never deleted, never changed but for `document`: the signed PDF, rendered after the signature
    and stored once.
    """

    convention = models.ForeignKey(
        Convention, on_delete=models.PROTECT, related_name="signatures", db_index=False
    )  # `signature_once` begins with it
    method = models.CharField(_("method"), max_length=10, choices=SignatureMethod)
    guardian = models.ForeignKey(
        Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="signatures"
    )
    signer_name = models.CharField(_("signer"), max_length=220)
    capacity = models.CharField(
        _("capacity"), max_length=10, choices=SignerCapacity, default=SignerCapacity.GUARDIAN
    )
    decision_reference = models.CharField(_("reference of the decision"), max_length=120, blank=True)
    identity_check = models.CharField(_("identity check"), max_length=10, choices=IdentityCheck, blank=True)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    consent = models.TextField(_("words agreed to"))
    text_sha256 = models.CharField(_("SHA-256 of the text"), max_length=64)
    text = models.ForeignKey(
        ConventionText, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    signed_at = models.DateTimeField(_("signed at"))
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    document = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "guardian"], name="signature_once"),
            models.UniqueConstraint(
                fields=["convention"], condition=Q(guardian=None), name="signature_once_by_pupil"
            ),
            models.CheckConstraint(
                name="signature_delegate_has_decision",
                condition=~Q(capacity=SignerCapacity.DELEGATE) | ~Q(decision_reference=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention} {self.signed_at:%Y-%m-%d}"
