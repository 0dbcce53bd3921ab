from django.urls import path

from accounts.views import people, sign_in


app_name = "accounts"

urlpatterns = [
    path("connexion/", sign_in.SignIn.as_view(), name="sign_in"),
    path("deconnexion/", sign_in.SignOut.as_view(), name="sign_out"),
    path("comptes/", people.people, name="people"),
    path("comptes/<uuid:public_id>/lien/", people.invite_again, name="invite_again"),
    path("invitation/<str:token>/", sign_in.invitation, name="accept_invitation"),
]
