"""What a browser may load: the words of django-csp, put together once; a page with words of its own keeps them."""

from csp.constants import HEADER
from csp.decorators import csp_exempt, csp_update
from csp.middleware import CSPMiddleware
from django.http import HttpResponse

from config.content_policy import ContentPolicy


def policy_of(middleware, rf, view):
    return middleware(view)(rf.get("/")).headers.get(HEADER)


def page(request):
    return HttpResponse("page")


def test_a_page_has_the_policy_that_django_csp_gives(rf):
    assert policy_of(ContentPolicy, rf, page) == policy_of(CSPMiddleware, rf, page)
    assert "default-src 'none'" in policy_of(ContentPolicy, rf, page)


def test_a_page_with_a_policy_of_its_own_keeps_it(rf):
    framing = csp_update({"frame-src": ["'self'"]})(page)
    assert policy_of(ContentPolicy, rf, framing) == policy_of(CSPMiddleware, rf, framing)
    assert "frame-src 'self'" in policy_of(ContentPolicy, rf, framing)
    assert policy_of(ContentPolicy, rf, csp_exempt()(page)) is None


def test_every_page_bears_it(client, db):
    assert "script-src 'self'" in client.get("/aide/").headers[HEADER]
