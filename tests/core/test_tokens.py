"""Secrets in the text of messages: hidden while kept, whole when they leave (trust 6)."""

import pytest

from core.encryption import CannotDecrypt
from core.tokens import hidden, masked, new_token, revealed


@pytest.fixture
def token():
    return new_token()


def test_a_hidden_secret_comes_back_whole_where_it_was(token):
    text = f"https://cartable.example.org/signer/{hidden(token)}/ et {hidden('123456')}."
    assert token not in text
    assert revealed(text) == f"https://cartable.example.org/signer/{token}/ et 123456."


def test_the_same_secret_is_never_hidden_twice_alike(token):
    assert hidden(token) != hidden(token)


def test_the_staff_sees_neither_the_secret_nor_its_envelope(token):
    assert masked(f"/signer/{hidden(token)}/") == "/signer/•••/"


def test_waves_in_a_text_are_only_waves():
    text = "~Alix~ et ~Q1RC~ ~"
    assert revealed(text) == masked(text) == text


def test_a_key_of_yesterday_still_opens_what_waits(settings, token):
    kept, key = hidden(token), bytes(range(32))
    settings.FILES_KEYS = [key, *settings.FILES_KEYS]
    assert revealed(kept) == token
    settings.FILES_KEYS = [key]
    with pytest.raises(CannotDecrypt):
        revealed(kept)
