"""All the legal guardians sign, each with a code of their own: what each may do, and the gate's rate at each step.

`signer.minor = both` with `signature.one_time_code` (trust 4, 10, 14; N7).
"""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.texting import deliver_texts
from loans.enums import ConventionState
from loans.models import Convention, ConventionText, Opposition, Signature, SigningCode
from loans.oppositions import lift_opposition
from loans.progress import gate_roll, progress_of
from schools.models import Guardian
from tests.kit.sms_provider import sms_provider
from tests.schools.factories import EnrolmentFactory, UserFactory
from tests.trust.links import addresses, ask_codes, checked, code_received, keep_open, mailed_links


CODE = "/signer/code/"


@pytest.fixture(params=["email", "sms"])
def family(request, vote, settings):
    """The phones of two guardians, each past the date of birth; `digits_of(phone)` are those of their latest code."""
    campaign = vote("signer.minor", "both")
    ask_codes(campaign, request.param)
    enrolment = EnrolmentFactory(campaign=campaign, guardians=2)
    for number, guardian in enumerate(Guardian.objects.order_by("pk"), start=1):
        guardian.phone = f"06 39 98 00 0{number}"
        guardian.save()
    with sms_provider(settings) as provider:
        mailed_links(campaign)
        keep_open()
        yield Family(enrolment.school, campaign, provider if request.param == "sms" else None)


class Family:
    def __init__(self, school, campaign, provider):
        self.school, self.campaign, self.provider = school, campaign, provider
        self.first, self.second = addresses()

    def entered(self, address):
        """A phone that gave its code: it may sign."""
        phone = checked(address)
        assert phone.post(CODE, {"digits": self.code()}).url == "/signer/"
        return phone

    def code(self):
        if self.provider is None:
            return code_received()
        deliver_texts(at=timezone.now() + timedelta(seconds=5))
        return re.search(r"\b(\d{6})\b", self.provider.texts[-1]["content"])[1]

    def rate(self):
        """Signed and expected, as the gate counts them, and how many are signed by one only, or opposed."""
        figures, roll = progress_of(self.school, self.campaign), gate_roll(self.school, self.campaign)
        assert figures.expected_count == len(roll)
        assert figures.signed_count == sum(entry.has_signed for entry in roll)
        partly = sum(entry.is_partly_signed for entry in roll)
        return figures.signed_count, figures.expected_count, partly, sum(entry.is_opposed for entry in roll)


def sign(phone):
    sha = ConventionText.objects.latest("pk").sha256
    return phone.post(reverse("loans:family_sign"), {"accept": "on", "text_sha256": sha})


def state():
    return Convention.objects.get().state


def test_each_takes_a_code_and_signs_and_the_rate_moves_with_the_last(family):
    assert family.rate() == (0, 1, 0, 0)
    sign(family.entered(family.first))
    assert (state(), family.rate()) == (ConventionState.SENT, (0, 1, 1, 0))
    sign(family.entered(family.second))
    assert (state(), family.rate()) == (ConventionState.SIGNED, (1, 1, 0, 0))
    channels = {"sms"} if family.provider else {"email"}
    used = SigningCode.objects.exclude(used_at=None)
    assert set(used.values_list("channel", flat=True)) == channels
    assert used.values("guardian").distinct().count() == used.count() == Signature.objects.count() == 2


def test_the_code_of_one_is_worth_nothing_to_the_other(family):
    first = checked(family.first)
    digits = family.code()
    second = checked(family.second)
    assert second.post(CODE, {"digits": digits}).status_code == 422
    assert sign(second).url == CODE
    assert first.post(CODE, {"digits": digits}).url == "/signer/"
    assert sign(second).url == CODE
    assert not Signature.objects.exists()


def test_one_signs_the_other_refuses_then_changes_their_mind_with_a_new_code(family):
    """A refusal leaves the gate's count where the rules say so; it binds nobody else."""
    sign(family.entered(family.first))
    second = family.entered(family.second)
    second.post(reverse("loans:family_refuse"), {"reason": "Déjà équipés."})
    assert (state(), family.rate()) == (ConventionState.REFUSED, (0, 0, 0, 0))
    sign(family.entered(family.second))
    assert (state(), family.rate()) == (ConventionState.SIGNED, (1, 1, 0, 0))


def test_one_signs_the_other_objects_and_once_lifted_signs(family):
    sign(family.entered(family.first))
    second = family.entered(family.second)
    second.post(reverse("support:oppose"), {"reason": "Je n’ai pas été consulté."})
    assert (state(), family.rate()) == (ConventionState.OPPOSED, (0, 1, 0, 1))
    assert sign(checked(family.second)).status_code == 409
    assert Signature.objects.count() == 1
    at, opposition = timezone.now(), Opposition.objects.get()
    lift_opposition(opposition=opposition, reason="Les parents ont écrit.", by=UserFactory(), at=at)
    assert (state(), family.rate()) == (ConventionState.SENT, (0, 1, 1, 0))
    sign(family.entered(family.second))
    assert (state(), family.rate()) == (ConventionState.SIGNED, (1, 1, 0, 0))


def test_who_signed_needs_no_code_to_read_what_they_signed(family):
    first = family.entered(family.first)
    sign(first)
    again = checked(family.first)
    assert "L’autre représentant légal signe" in again.get("/signer/", follow=True).content.decode()
