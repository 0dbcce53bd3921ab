from django.urls import path, re_path

from schools.api import pushing
from schools.views import (
    batches,
    decisions,
    directory,
    feed_sources,
    feeds,
    imports,
    nights,
    quality,
    schools,
)


app_name = "schools"

urlpatterns = [
    path("etablissements/", schools.schools, name="list"),
    path("etablissements/annuaire/", directory.directory, name="directory"),
    path("etablissements/annuaire/tout-approuver/", directory.approve_all, name="approve_all"),
    re_path(
        r"^etablissements/annuaire/(?P<public_id>[0-9a-f-]{36})/(?P<decision>approuver|rejeter)/$",
        directory.decide_change,
        name="decide_change",
    ),
    path("etablissements/<slug:uai>/", schools.school, name="detail"),
    path("etablissements/<slug:uai>/inviter/", schools.invite, name="invite"),
    path("a-corriger/", quality.findings, name="findings"),
    path("a-corriger/imprimer/", quality.to_print, name="quality_print"),
    path("imports/", imports.imports, name="imports"),
    path("imports/modele/<slug:file_format>/", batches.template, name="template"),
    path("imports/envois/<uuid:public_id>/", batches.batch, name="batch"),
    re_path(
        r"^imports/envois/(?P<public_id>[0-9a-f-]{36})/(?P<decision>appliquer|abandonner|relire)/$",
        batches.decide,
        name="batch_decide",
    ),
    path("imports/<uuid:public_id>/", decisions.enrolment_import, name="import"),
    path("imports/alertes/", nights.alerts, name="alerts"),
    path("imports/nuits/", nights.nights, name="nights"),
    path("imports/nuit/<uuid:public_id>/", nights.night, name="night"),
    path("imports/nuit/<uuid:public_id>/etat/", nights.night_progress, name="night_progress"),
    path("imports/nuit/<uuid:public_id>/<slug:uai>/", nights.night_of_school, name="night_of_school"),
    re_path(
        r"^imports/(?P<public_id>[0-9a-f-]{36})/(?P<decision>appliquer|rejeter)/$",
        decisions.decide,
        name="decide",
    ),
    path("flux/", feeds.tokens, name="feed_tokens"),
    path("flux/jetons/<uuid:public_id>/", feeds.token, name="feed_token"),
    path("flux/jetons/<uuid:public_id>/revoquer/", feeds.revoke, name="feed_revoke"),
    path("flux/sources/", feed_sources.sources, name="feed_sources"),
    path("flux/sources/ajouter/", feed_sources.source, name="feed_source_add"),
    path("flux/sources/<uuid:public_id>/", feed_sources.source, name="feed_source"),
    path("flux/sources/<uuid:public_id>/essayer/", feed_sources.try_connection, name="feed_try"),
    path("flux/sources/<uuid:public_id>/reprendre/", feed_sources.ask_again, name="feed_ask_again"),
    path("flux/mis-de-cote/", feeds.set_aside, name="feed_set_aside"),
    path("flux/envois/<uuid:public_id>/", feeds.delivery, name="feed_delivery"),
    path("api/v1/enrolment-files/", pushing.EnrolmentFiles.as_view(), name="api_push"),
    path(
        "api/v1/enrolment-files/<uuid:public_id>/",
        pushing.EnrolmentFilesReceipt.as_view(),
        name="api_receipt",
    ),
]
