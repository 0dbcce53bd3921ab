"""The floor of a signature: a Django view that inserts one row, on the same server; its settings say behind what."""

from django.contrib.auth.decorators import login_not_required
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone


application = get_wsgi_application()


@login_not_required
def insert(request: HttpRequest) -> HttpResponse:
    from core.models import ParkedTask

    ParkedTask.objects.create(name="bare", arguments={}, parked_at=timezone.now())
    return HttpResponse("ok", headers={"Content-Length": "2"})


urlpatterns = [path("bare", insert)]
