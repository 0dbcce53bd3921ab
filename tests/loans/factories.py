"""Valid rows of the loans app; traits name situations."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from loans.enums import ConventionState, SignatureMethod, SignerKind
from loans.models import Convention, ConventionText, Device, DeviceModel
from tests.schools.factories import EnrolmentFactory


class ConventionTextFactory(DjangoModelFactory):
    class Meta:
        model = ConventionText
        django_get_or_create = ("campaign", "number")

    number = 1
    rules = factory.SelfAttribute("campaign.rules")
    sections = [{"title": "Objet", "paragraphs": ["Un ordinateur est prêté."]}]
    sha256 = "0" * 64


class ConventionFactory(DjangoModelFactory):
    """A convention sent on 28 August 2026 for an eligible pupil; give `campaign`."""

    class Meta:
        model = Convention

    class Params:
        signed = factory.Trait(
            state=ConventionState.SIGNED,
            signed_on=date(2026, 9, 2),
            signature_method=SignatureMethod.ELECTRONIC,
        )
        refused = factory.Trait(
            state=ConventionState.REFUSED, refused_on=date(2026, 9, 2), refusal_reason="Déjà équipés."
        )

    reference = factory.Sequence(lambda n: f"N26-{n:06d}-A")
    enrolment = factory.SubFactory(EnrolmentFactory, campaign=factory.SelfAttribute("..campaign"))
    pupil = factory.SelfAttribute("enrolment.pupil")
    text = factory.SubFactory(ConventionTextFactory, campaign=factory.SelfAttribute("..campaign"))
    state = ConventionState.SENT
    signer_kind = SignerKind.GUARDIAN
    eligibility_verdict = factory.SelfAttribute("enrolment.eligibility_verdict")
    issued_on = date(2026, 8, 28)
    sent_on = date(2026, 8, 28)


class DeviceModelFactory(DjangoModelFactory):
    class Meta:
        model = DeviceModel
        django_get_or_create = ("brand", "name")

    brand = "Essai"
    name = "Portable 14"
    kit = factory.LazyFunction(lambda: ["laptop", "charger", "sleeve"])
    purchase_amount = Decimal("450.00")


class DeviceFactory(DjangoModelFactory):
    """A laptop in the warehouse's stock."""

    class Meta:
        model = Device

    model = factory.SubFactory(DeviceModelFactory)
    serial = factory.Sequence(lambda n: f"SN{n:08d}")
    asset_tag = factory.Sequence(lambda n: f"CT-{n:06d}")
    received_on = date(2026, 8, 20)
