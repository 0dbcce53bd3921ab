"""The staff's menu shows each role its own pages, and only those that exist."""

import pytest
from django.http import HttpResponse
from django.urls import include, path, reverse

from accounts.enums import Role
from accounts.navigation import NAVIGATION, menu_of
from core.templatetags.icons import icon_names


def nowhere(request):
    return HttpResponse()


urlpatterns = [
    path("tableau/", nowhere, name="home"),
    path("", include(([path("eleves/", nowhere, name="pupils")], "reports"))),
    path("", include(([path("eleves/anomalies/", nowhere, name="findings")], "schools"))),
]


def entries(role, at="/"):
    return {link.url: link for group in menu_of(role, at) for link in group["entries"]}


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_menu_that_begins_with_its_dashboard(role):
    first, *_ = NAVIGATION[role]

    assert first.entries[0].url_name == "home"


def test_every_entry_has_an_icon_of_the_sprite():
    icons = {entry.icon for groups in NAVIGATION.values() for group in groups for entry in group.entries}

    assert icons <= icon_names()


@pytest.mark.urls(__name__)
def test_a_page_that_does_not_exist_is_not_offered():
    assert list(entries(Role.SCHOOL)) == ["/tableau/", "/eleves/", "/eleves/anomalies/"]
    assert list(entries(Role.WAREHOUSE)) == ["/tableau/"]


@pytest.mark.urls(__name__)
def test_the_page_and_what_lies_below_it_are_marked_current():
    assert entries(Role.SCHOOL, "/eleves/")["/eleves/"].current == "page"
    assert entries(Role.SCHOOL, "/eleves/42/")["/eleves/"].current == "true"
    below = entries(Role.SCHOOL, "/eleves/anomalies/7/")
    assert [url for url, link in below.items() if link.is_current] == ["/eleves/anomalies/"]


def test_nobody_signed_in_has_no_menu(client):
    context = client.get(reverse("start")).context

    assert context["navigation"] == []
