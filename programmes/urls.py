from django.urls import path

from programmes import views


app_name = "programmes"

urlpatterns = [
    path("regles/", views.campaign_list, name="rules"),
    path("regles/<slug:slug>/", views.campaign_rules, name="campaign_rules"),
    path("regles/<slug:slug>/version-<int:number>/", views.campaign_rules, name="rules_version"),
]
