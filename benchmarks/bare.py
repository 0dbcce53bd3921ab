"""The floor of a signature: a Django view without middleware that inserts one row, on the same server."""

import os

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone


os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.bare_settings"
application = get_wsgi_application()


def insert(request: HttpRequest) -> HttpResponse:
    from core.models import ParkedTask

    ParkedTask.objects.create(name="bare", arguments={}, parked_at=timezone.now())
    return HttpResponse("ok", headers={"Content-Length": "2"})


urlpatterns = [path("bare", insert)]
