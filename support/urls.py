from django.urls import path, re_path

from support.views import contest, merging, new_ticket, opposing, queue, returns, ticket, warehouse


app_name = "support"

urlpatterns = [
    path("assistance/", queue.tickets, name="tickets"),
    path("assistance/nouvelle/", new_ticket.new_ticket, name="new_ticket"),
    path("assistance/<uuid:public_id>/", ticket.ticket, name="ticket"),
    path("assistance/<uuid:public_id>/repondre/", ticket.reply_to_ticket, name="reply"),
    path("assistance/<uuid:public_id>/acte/", ticket.act_on_ticket, name="act"),
    path("assistance/<uuid:public_id>/declaration/", ticket.police_report, name="police_report"),
    path("assistance/<uuid:public_id>/fichiers/<uuid:file_id>/", ticket.attachment, name="attachment"),
    path("doublons/", merging.merges, name="merges"),
    path("doublons/<uuid:public_id>/", merging.merge, name="merge"),
    re_path(
        r"^doublons/(?P<public_id>[0-9a-f-]{36})/(?P<decision>reunir|separer)/$",
        merging.decide_merge,
        name="decide_merge",
    ),
    path("retours/", returns.return_list, name="returns"),
    path("retours/<uuid:public_id>/", returns.return_page, name="return"),
    path("retours/<uuid:public_id>/acte/", returns.act_on_return, name="return_act"),
    path("retours/<uuid:public_id>/depart/", returns.departure_reason, name="departure_reason"),
    path("retours/<uuid:public_id>/etiquette/", returns.label, name="return_label"),
    path("retours/<uuid:public_id>/controle/", returns.inspection, name="inspection"),
    path("entrepot/", warehouse.warehouse, name="warehouse"),
    path("entrepot/remplacements/<uuid:public_id>/", warehouse.replacement, name="replacement"),
    path("contester/", contest.contest, name="contest"),
    path("opposition/", opposing.oppose_by_link, name="oppose"),
    path("conventions/<uuid:public_id>/opposition/", opposing.record, name="record_opposition"),
    path("oppositions/<uuid:public_id>/lever/", opposing.lift_one, name="lift_opposition"),
]
