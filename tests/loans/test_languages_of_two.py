"""The pages of two parents are in the reader's language; what they set off is written in French (X2, issue 4 §2)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Message
from loans.mailing import send_due_conventions
from loans.models import Convention, SigningLink
from support.models import Ticket
from tests.loans.test_family_pages import opened, sign
from tests.loans.test_mailing import MAILING, at


LEAVE, OPPOSE = reverse("loans:family_leave"), reverse("support:oppose")


@pytest.fixture
def phones(campaign, enrol):
    """The phones of the two guardians of one pupil, each behind its link."""
    enrol(guardians=2)
    send_due_conventions(campaign=campaign, on=MAILING, at=at(MAILING))
    SigningLink.objects.update(expires_at=timezone.now() + timedelta(days=60))
    return [
        opened(re.search(r"/signer/\S+", message.clear_body)[0]) for message in Message.objects.order_by("pk")
    ]


def read(phone, path, code):
    return phone.get(f"{path}?langue={code}").content.decode()


def test_leaving_the_signature_to_the_other_is_read_in_ones_language(phones):
    page = read(phones[0], LEAVE, "tr")
    assert '<html lang="tr" dir="ltr">' in page
    assert "Evet, diğer ebeveyn imzalıyor" in page
    phones[0].post(LEAVE)
    assert "Yine de imzalıyorum" in read(phones[0], "/signer/", "tr")


def test_objecting_is_read_in_ones_language(phones):
    page = read(phones[1], OPPOSE, "ar")
    assert '<html lang="ar" dir="rtl">' in page
    assert "لماذا تعترضون؟" in page
    assert "اكتبوا السبب ببضع كلمات" in phones[1].post(OPPOSE, {"reason": ""}).content.decode()
    phones[1].post(OPPOSE, {"reason": "Je n’ai pas été consulté."})
    assert "سُجّل اعتراضكم" in read(phones[1], "/signer/", "ar")
    assert "Поки що ніхто не може підписати" in read(phones[0], "/signer/", "uk")


def test_what_a_reader_of_english_sets_off_is_written_in_french(phones):
    """English sentences are the code's own: an act made while one reads must not write them to somebody else."""
    invitation = Message.objects.order_by("pk")[1].subject
    assert "One signature is enough" in read(phones[0], LEAVE, "en")
    phones[0].post(LEAVE)
    assert Message.objects.latest("pk").subject == invitation
    assert "Why do you object?" in read(phones[1], OPPOSE, "en")
    phones[1].post(OPPOSE, {"reason": "Je n’ai pas été consulté."})
    assert Ticket.objects.get().subject.startswith("Un parent s’oppose à la convention")
    assert Convention.objects.get().log.latest("pk").comment == "Un parent s’oppose au prêt."


def test_an_expired_link_says_so_and_asking_twice_is_refused_in_ones_language(phones):
    SigningLink.objects.update(expires_at=timezone.now() - timedelta(days=1))
    page = read(phones[0], "/signer/", "es")
    assert "Este enlace es demasiado antiguo: por su seguridad, solo funciona durante un tiempo." in page
    assert "Enviarme un nuevo enlace" in page
    SigningLink.objects.update(issued_at=timezone.now() - timedelta(days=2))
    assert phones[0].post(reverse("loans:family_renew")).status_code == 200
    again = phones[0].post(reverse("loans:family_renew"))
    assert again.status_code == 409
    assert "Se ha enviado un mensaje hace poco." in again.content.decode()


@pytest.mark.parametrize("code", ["en", "ar"])
def test_the_receipt_of_a_signature_is_french_with_french_dates_whatever_was_read(phones, code):
    read(phones[0], "/signer/", code)
    assert sign(phones[0]).status_code == 302
    receipt = Message.objects.get(kind="convention_signed")
    assert receipt.subject.startswith("La convention")
    assert not re.search("[\u0600-\u06ff\u2068\u2069]", receipt.clear_body)
