"""The addresses of conventions, devices and loans."""

from django.urls import path

from loans.views import (
    authority,
    calls,
    checking,
    codes,
    convention_acts,
    conventions,
    devices,
    mailings,
    paper,
    proof,
    reverting,
    scans,
    texts,
)
from loans.views.family import (
    asking_again,
    birth_date,
    entering,
    keeping,
    leaving,
    one_time_code,
    other_phone,
    reading,
    signing,
)


app_name = "loans"

family_urls = [
    path("signer/", reading.family, name="family"),
    path("signer/verification/", birth_date.check, name="family_check"),
    path("signer/code/", one_time_code.code, name="family_code"),
    path("signer/code/envoi/", one_time_code.send, name="family_code_send"),
    path("signer/autre-telephone/", other_phone.other_phone, name="family_other_phone"),
    path("signer/autre-telephone/code/", other_phone.share, name="family_share"),
    path("signer/autre-telephone/fermer/", other_phone.close, name="family_close_shared"),
    path("signer/nouveau-lien/", asking_again.renew, name="family_renew"),
    path("signer/lien-perdu/", asking_again.lost, name="family_lost"),
    path("signer/je-signe/", signing.sign, name="family_sign"),
    path("signer/refus/", signing.refuse, name="family_refuse"),
    path("signer/finalement/", signing.sign_after_all, name="family_sign_after_all"),
    path("signer/autre-parent/", leaving.leave, name="family_leave"),
    path("signer/document/", keeping.document, name="family_document"),
    path("signer/preuve/", proof.family_proof, name="family_proof"),
    path("signer/<str:token>/", entering.open_link, name="open_link"),
]

check_urls = [path("verifier/", checking.check_document, name="check_document")]

paper_urls = [
    path("conventions/papier/", paper.paper, name="paper"),
    path("conventions/papier/imprimer/", paper.print_class, name="paper_print"),
    path("conventions/papier/controle/", paper.queue, name="paper_queue"),
    path("conventions/papier/controle/<uuid:public_id>/", paper.review, name="paper_review"),
    path("conventions/papier/controle/<uuid:public_id>/scan/", paper.scan, name="paper_scan"),
    path(
        "conventions/papier/controle/<uuid:public_id>/page-<int:number>/", paper.picture, name="paper_picture"
    ),
    path("conventions/<uuid:public_id>/numerisation/", paper.upload, name="paper_upload"),
]

scan_urls = [
    path("conventions/papier/copieur/", scans.scans, name="scans"),
    path("conventions/papier/copieur/<uuid:public_id>/", scans.scan, name="scan"),
    path("conventions/papier/copieur/page/<uuid:public_id>/", scans.page, name="scan_page"),
    path("conventions/papier/copieur/page/<uuid:public_id>/image/", scans.picture, name="scan_picture"),
    path(
        "conventions/papier/copieur/page/<uuid:public_id>/envoyer/",
        scans.settle,
        {"decision": "envoyer"},
        name="scan_page_send",
    ),
    path(
        "conventions/papier/copieur/page/<uuid:public_id>/ecarter/",
        scans.settle,
        {"decision": "ecarter"},
        name="scan_page_dismiss",
    ),
]

call_urls = [
    path("appels/", calls.calls, name="calls"),
    path("appels/imprimer/", calls.to_print, name="calls_print"),
    path("appels/lettres/", calls.letters, name="letters"),
    path("appels/<uuid:public_id>/", calls.note, name="call"),
]

mailing_urls = [
    path("envois/", mailings.mailings, name="mailings"),
    path("envois/nouveau/", mailings.prepare, name="mailing_prepare"),
    path("envois/<uuid:public_id>/", mailings.mailing, name="mailing"),
    path("envois/<uuid:public_id>/avancement/", mailings.progress, name="mailing_progress"),
    *(
        path(
            f"envois/<uuid:public_id>/{word}/",
            mailings.decide,
            {"decision": word},
            name=f"mailing_{name}",
        )
        for word, name in (
            ("lancer", "launch"),
            ("approuver", "approve"),
            ("renvoyer", "decline"),
            ("recompter", "recount"),
            ("arreter", "stop"),
            ("reprendre", "resume"),
            ("abandonner", "drop"),
        )
    ),
]

convention_urls = [
    path("conventions/", conventions.conventions, name="conventions"),
    path("conventions/<uuid:public_id>/", conventions.convention, name="convention"),
    path("conventions/<uuid:public_id>/document/", conventions.document, name="convention_document"),
    path("conventions/<uuid:public_id>/preuve/", proof.proof, name="convention_proof"),
    path("conventions/<uuid:public_id>/preuve/json/", proof.proof_file, name="convention_proof_file"),
    path("conventions/<uuid:public_id>/imprimer/", conventions.to_print, name="convention_print"),
    path("conventions/<uuid:public_id>/renvoyer/", convention_acts.resend, name="convention_resend"),
    path("conventions/<uuid:public_id>/debloquer/", convention_acts.unlock, name="convention_unlock"),
    path("conventions/<uuid:public_id>/adresse/", convention_acts.address, name="convention_address"),
    path("conventions/<uuid:public_id>/adresse/essayer/", convention_acts.retry, name="convention_retry"),
    path("conventions/<uuid:public_id>/code/", codes.hand_over, name="convention_code"),
    path("conventions/<uuid:public_id>/guichet/", convention_acts.desk, name="convention_desk"),
]

text_urls = [
    path("conventions/textes/", texts.texts, name="texts"),
    path("conventions/textes/<slug:slug>/", texts.campaign_texts, name="campaign_texts"),
    path("conventions/textes/<slug:slug>/version-<int:number>/", texts.text, name="text"),
    path("conventions/textes/<slug:slug>/comparer/", texts.compare_texts, name="compare_texts"),
    path("conventions/textes/<slug:slug>/regles-<int:number>/", texts.preview_text, name="preview_text"),
    path(
        "conventions/textes/<slug:slug>/signature/", authority.authority_signature, name="authority_signature"
    ),
]

device_urls = [
    path("equipements/", devices.devices, name="devices"),
    path("equipements/reception/", devices.receive, name="devices_receive"),
    path("equipements/<uuid:public_id>/", devices.device, name="device"),
    path("prets/", devices.school_loans, name="school_loans"),
    path("prets/<uuid:public_id>/", devices.loan, name="loan"),
]

import_urls = [
    path("imports/<uuid:public_id>/annulation/", reverting.ask, name="ask_revert"),
    path("imports/annulations/<uuid:public_id>/faire/", reverting.agree, name="agree_revert"),
    path("imports/annulations/<uuid:public_id>/refuser/", reverting.refuse, name="refuse_revert"),
]

urlpatterns = [
    *import_urls,
    *family_urls,
    *check_urls,
    *paper_urls,
    *scan_urls,
    *call_urls,
    *mailing_urls,
    *text_urls,
    *convention_urls,
    *device_urls,
]
