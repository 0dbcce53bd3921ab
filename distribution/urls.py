from django.urls import path

from distribution.views import delivery, desk, follow_up, kit, parcels, planning


app_name = "distribution"

urlpatterns = [
    path("planning/", planning.board, name="planning"),
    path("planning/proposer-tout/", planning.propose_everywhere, name="propose_all"),
    path("planning/<str:uai>/proposer/", planning.propose, name="propose"),
    path("livraisons/", delivery.delivery_list, name="deliveries"),
    path("livraisons/bureaux/", desk.desk_list, name="desk_list"),
    path("livraisons/<uuid:public_id>/", delivery.detail, name="delivery"),
    path("livraisons/<uuid:public_id>/accepter/", delivery.accept, name="accept"),
    path("livraisons/<uuid:public_id>/autre-date/", delivery.decline, name="decline"),
    path("livraisons/<uuid:public_id>/deplacer/", planning.move, name="move"),
    path("livraisons/<uuid:public_id>/annuler/", delivery.cancel, name="cancel"),
    path("livraisons/<uuid:public_id>/trancher/", delivery.decide, name="decide"),
    path("livraisons/<uuid:public_id>/bureau/", desk.panel, name="desk"),
    path("livraisons/<uuid:public_id>/bureau/chercher/", desk.matches, name="desk_matches"),
    path("livraisons/<uuid:public_id>/bureau/suivi/", desk.side, name="desk_side"),
    path("livraisons/<uuid:public_id>/bureau/ouvrir/", desk.open_desk, name="open_desk"),
    path("livraisons/<uuid:public_id>/bureau/remettre/", desk.hand_over_laptop, name="hand_over"),
    path("livraisons/<uuid:public_id>/liste/", desk.roll, name="roll"),
    path("livraisons/<uuid:public_id>/cloture/", desk.close, name="close"),
    path("livraisons/lignes/<uuid:public_id>/defaire/", desk.undo, name="undo"),
    path("livraisons/lignes/<uuid:public_id>/absent/", desk.absent, name="absent"),
    path("livraisons/lignes/<uuid:public_id>/attendu/", desk.present, name="present"),
    path("papiers/<str:uai>/", kit.kit, name="kit"),
    path("papiers/<str:uai>/<str:name>.pdf", kit.piece, name="kit_piece"),
    path("colis/", parcels.parcel_list, name="parcels"),
    path("colis/<uuid:public_id>/", parcels.detail, name="parcel"),
    path("colis/<uuid:public_id>/preparer/", parcels.prepare, name="prepare_parcel"),
    path("colis/<uuid:public_id>/expedier/", parcels.ship, name="ship_parcel"),
    path("colis/<uuid:public_id>/recu/", parcels.receive, name="receive_parcel"),
    path("colis/<uuid:public_id>/remis/", parcels.hand_over, name="hand_over_parcel"),
    path("colis/<uuid:public_id>/annuler/", parcels.cancel, name="cancel_parcel"),
    path("mon-ordinateur/", follow_up.laptop, name="laptop"),
    path("suivi/<str:token>/", follow_up.follow_up, name="follow_up"),
    path("suivi/<str:token>/livraison.ics", follow_up.calendar_file, name="calendar_file"),
]
