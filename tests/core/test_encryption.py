"""Bytes at rest: unreadable without a key, refused when touched, readable under an old key (trust 88)."""

import io
import os

import pytest
from django.conf import settings as project
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from config.env import env_keys
from core.encryption import HEADER, PIECE, TAG, CannotDecrypt, decrypt, decrypt_text, encrypt, encrypt_text


OLD, NEW = b"o" * 32, b"n" * 32
SECRET = "LEFÈVRE Zoé 123456789AB".encode()


def opened(sealed: bytes, label: str = "x") -> bytes:
    return decrypt(io.BytesIO(sealed), label=label)


@given(st.binary(max_size=200), st.booleans())
def test_what_was_encrypted_comes_back(clear, compress):
    assert opened(encrypt(clear, label="x", compress=compress)) == clear


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
@pytest.mark.parametrize("compress", [False, True])
def test_any_number_of_pieces_comes_back(size, compress):
    clear = os.urandom(size)
    assert opened(encrypt(clear, label="x", compress=compress)) == clear


def test_the_clear_bytes_are_nowhere_in_the_envelope_and_no_two_are_alike():
    one, two = encrypt(SECRET, label="x"), encrypt(SECRET, label="x")
    assert SECRET not in one
    assert b"123456789AB" not in one
    assert one[HEADER.size :] != two[HEADER.size :]


@given(st.data())
def test_one_changed_byte_anywhere_is_refused(data):
    sealed = bytearray(encrypt(SECRET * 3, label="x", compress=True))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CannotDecrypt):
        opened(bytes(sealed))


def test_a_file_cut_between_two_pieces_is_refused():
    sealed = encrypt(os.urandom(2 * PIECE), label="x")
    with pytest.raises(CannotDecrypt):
        opened(sealed[: HEADER.size + PIECE + TAG])


def test_two_pieces_that_change_places_are_refused():
    sealed = encrypt(os.urandom(2 * PIECE), label="x")
    head, body = sealed[: HEADER.size], sealed[HEADER.size :]
    with pytest.raises(CannotDecrypt):
        opened(head + body[PIECE + TAG :] + body[: PIECE + TAG])


def test_the_envelope_of_another_file_is_refused():
    with pytest.raises(CannotDecrypt):
        opened(encrypt(SECRET, label="another"))


def test_an_old_key_still_opens_and_a_lost_one_is_named(settings):
    settings.FILES_KEYS = [OLD]
    sealed = encrypt(SECRET, label="x")
    settings.FILES_KEYS = [NEW, OLD]
    assert opened(sealed) == SECRET
    settings.FILES_KEYS = [NEW]
    with pytest.raises(CannotDecrypt, match="No key of FILES_KEYS"):
        opened(sealed)


def test_a_secret_of_the_base_is_read_back_only_for_what_it_is():
    sealed = encrypt_text("s3cret", label="feed 1")
    assert "s3cret" not in sealed
    assert decrypt_text(sealed, label="feed 1") == "s3cret"
    with pytest.raises(CannotDecrypt):
        decrypt_text(sealed, label="feed 2")


@pytest.mark.parametrize("value", ["abc", "zz" * 32, f"{'ab' * 32},12"])
def test_a_key_that_is_no_key_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("FILES_KEYS", value)
    with pytest.raises(ImproperlyConfigured, match="FILES_KEYS"):
        env_keys("FILES_KEYS")


def test_a_server_without_keys_of_its_own_is_told_before_it_opens(settings):
    assert project.OWN_FILES_KEYS == []
    assert "cartable.E001" in [found.id for found in run_checks(include_deployment_checks=True)]
    settings.OWN_FILES_KEYS = [NEW]
    assert "cartable.E001" not in [found.id for found in run_checks(include_deployment_checks=True)]
