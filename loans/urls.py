"""The addresses of conventions, devices and loans."""

from django.urls import path

from loans.views import family


app_name = "loans"

family_urls = [
    path("signer/", family.family, name="family"),
    path("signer/verification/", family.check, name="family_check"),
    path("signer/je-signe/", family.sign, name="family_sign"),
    path("signer/refus/", family.refuse, name="family_refuse"),
    path("signer/finalement/", family.sign_after_all, name="family_sign_after_all"),
    path("signer/document/", family.document, name="family_document"),
    path("signer/<str:token>/", family.open_link, name="open_link"),
]

urlpatterns = [*family_urls]
