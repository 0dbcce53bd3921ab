"""A family signs while Redis is down: as quickly, and all that follows from it once a sweep comes (trust 43)."""

import ast

import pytest

from core.models import Message, MessageState
from loans.enums import ConventionState
from loans.models import Convention
from loans.proof.sealing import store_missing_documents
from tests.loans.conftest import campaign, enrol  # noqa: F401
from tests.sources import PACKAGES, python_files, source_of
from tests.trust.importers import our_database, workshop
from tests.trust.links import AT, addresses, keep_open, mailed_links
from tests.trust.post import post_office
from tests.trust.test_outbox_storms import NOBODY


@pytest.mark.trust(43)
@pytest.mark.django_db(transaction=True)
def test_without_redis_a_family_signs_as_quickly_and_the_rest_follows(mailbox, campaign, enrol):  # noqa: F811
    enrol()
    mailed_links(campaign)
    keep_open()
    with workshop(our_database(), **post_office(), REDIS_URL=NOBODY, DEBUG="1") as shop:
        said = shop.do("sign_by_phone", address=addresses()[0])
        assert said["answered"] == [302, 302, 200, 302, 200]
        assert max(said["waited"][1:]) < 5  # nobody waits for a broker; the first page loads the program
        signed = Convention.objects.get()
        assert signed.state == ConventionState.SIGNED
        assert signed.signatures.get().document is None  # nobody was rung to seal it
        receipt = Message.objects.get(kind="convention_signed")
        assert receipt.state == MessageState.QUEUED
        assert shop.do("deliver", at=receipt.due_at.isoformat())["sent"] >= 1
    assert store_missing_documents(at=AT) == 1
    receipt.refresh_from_db()
    assert receipt.state == MessageState.SENT


@pytest.mark.trust(43)
def test_a_bell_that_does_not_ring_never_reaches_the_visitor():
    """Django names a failed callback by its `__qualname__`; unlike a method a `partial` has none: a failed page."""
    faults = [
        f"{path}:{call.lineno}"
        for path in python_files(*PACKAGES)
        for call in ast.walk(ast.parse(source_of(path)))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "transaction.on_commit"
        and any(keyword.arg == "robust" for keyword in call.keywords)
        and not isinstance(call.args[0], ast.Name | ast.Lambda | ast.Attribute)
    ]
    assert faults == []
