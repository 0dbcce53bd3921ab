"""A family's phone in a process of its own: the whole way from the link to the receipt (trust 43)."""

import re
from typing import Any


def sign_by_phone(address: str) -> dict[str, Any]:
    """What each step answered, and the seconds that each took."""
    from time import monotonic

    from django.test import Client
    from django.urls import reverse

    from tests.trust.links import BORN

    phone, answered, waited = Client(), [], []

    def step(ask, path: str, data: dict[str, str] | None = None):
        started = monotonic()
        answer = ask(path, data)
        waited.append(monotonic() - started)
        answered.append(answer.status_code)
        return answer

    step(phone.get, address)
    step(phone.post, reverse("loans:family_check"), BORN)
    page = step(phone.get, reverse("loans:family")).content.decode()
    text = re.search(r'name="text_sha256" value="([0-9a-f]{64})"', page)[1]
    step(phone.post, reverse("loans:family_sign"), {"accept": "on", "text_sha256": text})
    step(phone.get, "/mon-ordinateur/")
    return {"answered": answered, "waited": waited}
