"""The map of the house: one include per app."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from config import health, metrics, pages
from reports.views.home import home


urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.start, name="start"),
    path("aide/", pages.help_page, name="help"),
    path("accessibilite/", pages.accessibility, name="accessibility"),
    path("vie-privee/", pages.privacy, name="privacy"),
    path("theme/<slug:slug>.css", pages.theme, name="theme"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("boite/", include("config.inbox")),
    path("retours-de-courriel/", include("core.urls")),
    path("", include("accounts.urls")),
    path("", include("loans.urls")),
    path("", include("distribution.urls")),
    path("", include("programmes.urls")),
    path("tableau-de-bord/", home, name="home"),
    path("", include("schools.urls")),
    path("", include("reports.urls")),
    path("", include("support.urls")),
]

if settings.DEBUG:
    urlpatterns.append(path("", include("config.style")))
