from django.urls import path

from reports import api
from reports.views import calls, overview, pupils, quality, stuck_messages


app_name = "reports"

urlpatterns = [
    path("eleves/", pupils.pupils, name="pupils"),
    path("eleves/fichier.<slug:file_format>", pupils.export_pupils, name="export_pupils"),
    path("eleves/<uuid:public_id>/", pupils.pupil, name="pupil"),
    path("appels/fichier.<slug:file_format>", calls.export_calls, name="export_calls"),
    path("a-corriger/fichier.<slug:file_format>", quality.export_quality, name="export_quality"),
    path("rapports/", overview.overview, name="overview"),
    path("rapports/etablissements.<slug:file_format>", overview.export_schools, name="export_schools"),
    path("rapports/<slug:code>/", overview.rows, name="rows"),
    path("messages/", stuck_messages.stuck_messages, name="stuck_messages"),
    path("messages/reessayer/", stuck_messages.try_again_all, name="try_again_all"),
    path("messages/<uuid:public_id>/", stuck_messages.stuck_message, name="stuck_message"),
    path("messages/<uuid:public_id>/reessayer/", stuck_messages.try_again, name="try_again"),
    path("messages/<uuid:public_id>/ecarter/", stuck_messages.set_aside, name="set_message_aside"),
    path("api/v1/schools/", api.Schools.as_view(), name="api_schools"),
    path("api/v1/pupils/", api.Pupils.as_view(), name="api_pupils"),
    path("api/v1/figures/", api.Figures.as_view(), name="api_figures"),
    path("api/schema/", api.Schema.as_view(), name="api_schema"),
    path("api/docs/", api.Docs.as_view(), name="api_docs"),
]
