"""The doors of mail providers: each posts there what became of our messages."""

from django.urls import path

from core.views.webhooks import Brevo, Mailgun, Mailjet, Postmark


app_name = "core"

urlpatterns = [
    path("brevo/", Brevo.as_view(), name="reports_brevo"),
    path("mailgun/", Mailgun.as_view(), name="reports_mailgun"),
    path("mailjet/", Mailjet.as_view(), name="reports_mailjet"),
    path("postmark/", Postmark.as_view(), name="reports_postmark"),
]
