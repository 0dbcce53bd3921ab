"""The living style page, in debug only: every component with realistic French content, for eyes and for axe."""

from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from accounts.navigation import Link
from core.charts import Bar, Mark, Part, draw_curve, draw_spark, draw_stack
from core.pdf import render_pdf
from core.verdicts import Verdict


FIRST_DAY = date(2026, 8, 31)
COUNTS = [
    0,
    14,
    31,
    45,
    52,
    52,
    53,
    61,
    74,
    80,
    83,
    85,
    85,
    86,
    93,
    98,
    104,
    107,
    109,
    109,
    110,
    115,
    119,
    122,
    125,
]


class SampleForm(forms.Form):
    kind = forms.ChoiceField(
        label="Que se passe-t-il ?",
        choices=[
            ("broken", "L’ordinateur est en panne"),
            ("stolen", "Il a été volé"),
            ("lost", "Il est perdu"),
        ],
        widget=forms.RadioSelect,
    )
    serial = forms.CharField(
        label="Numéro de série", help_text="Sous l’ordinateur : dix signes, 5CG3120XQ8 par exemple."
    )
    on = forms.DateField(label="Depuis quel jour ?", widget=forms.DateInput(attrs={"type": "date"}))
    text = forms.CharField(label="Racontez", widget=forms.Textarea, required=False)
    file = forms.FileField(label="Photographie", help_text="JPEG ou PNG, 10 Mo au plus.", required=False)
    away = forms.BooleanField(
        label="L’élève est absent cette semaine", help_text="Nous le rappellerons lundi."
    )


def sample() -> dict:
    """What both style pages show."""
    days = [(FIRST_DAY + timedelta(days=n), Decimal(count) / 148) for n, count in enumerate(COUNTS)]
    marks = [
        Mark(days[-1][0], "Aujourd’hui"),
        Mark(date(2026, 9, 28), "Contrôle J−7"),
        Mark(date(2026, 10, 5), "Livraison"),
    ]
    form = SampleForm({"serial": "5CG31"}, {})
    form.add_error(
        "serial", "Ce numéro a cinq signes, il en faut dix. Recopiez l’étiquette sous l’ordinateur."
    )
    pupils = [
        {
            "name": name,
            "group": group,
            "state": state,
            "word": word,
            "who": who,
            "serial": serial,
            "count": count,
        }
        for name, group, state, word, who, serial, count in (
            ("Camille Aubin", "Seconde 4", "signed", "Signée", "personne", "", 0),
            ("Ilyès Bensaïd", "Seconde 4", "sent", "En attente de signature", "la famille", "", 2),
            ("Jeanne Cordier-Lemaître", "Seconde 4", "bounced", "Courriel refusé", "l’établissement", "", 1),
            ("Tao Delaunay", "Seconde 4", "pending", "Papier à vérifier", "le fournisseur", "", 1),
            ("Maëlle Eudes", "1re CAP 2", "handed_over", "Ordinateur remis", "personne", "5CG3120XQ8", 0),
            ("Noé Fauvel", "1re CAP 2", "refused", "Refusée", "l’établissement", "", 0),
        )
    ]
    return {
        "rate": days[-1][1],
        "spark": draw_spark(values=[rate for _, rate in days], summary="en hausse depuis le 31 août"),
        "curve": draw_curve(
            key="signatures",
            title="Taux de signature, jour après jour",
            summary="84,4 % le 24 septembre 2026, pour un seuil de 85 %.",
            days=days,
            threshold=Decimal("0.85"),
            threshold_label="Seuil 85 %",
            marks=marks,
        ),
        "stack": draw_stack(
            key="pupils",
            title="États des 148 élèves",
            parts=[
                Part("Signée en ligne", 109, "success", "#tables"),
                Part("Signée sur papier", 16, "info", "#tables"),
                Part("En attente", 17, "waiting", "#tables"),
                Part("Courriel refusé", 4, "warning", "#tables"),
                Part("Refusée", 2, "danger", "#tables"),
            ],
        ),
        "bars": [
            Bar("Lycée Marguerite-Cléry, Rouen", Decimal("0.8446"), "84,4 %", "#tables"),
            Bar("Lycée Jean-Ferrand, Caen", Decimal("0.85"), "85 %", "#tables"),
            Bar("Lycée professionnel des Falaises", Decimal("0.612"), "61,2 %", "#tables"),
        ],
        "verdict": Verdict(
            outcome="cancelled",
            reasons=(
                "84,4 % des conventions sont signées, il en faut 85 %.",
                "Il manque 1 signature sur 148.",
            ),
            rule="gate.threshold",
            version="normandie-2026 v1",
            facts={"signed": 125, "expected": 148, "threshold": "0.85", "paper_counted": True},
            on=date(2026, 9, 28),
        ),
        "names": {
            "signed": "Signées",
            "expected": "Attendues",
            "threshold": "Seuil",
            "paper_counted": "Papier compté",
        },
        "words": [
            ("signed", "Signée"),
            ("sent", "En attente"),
            ("queued", "Programmée"),
            ("in_repair", "En réparation"),
            ("return_due", "À rendre"),
            ("refused", "Refusée"),
            ("stolen", "Volé"),
            ("closed", "Terminé"),
        ],
        "pupils": pupils,
        "page": Paginator(range(148), 12).page(4),
        "steps": [
            {"title": "Convention signée", "status": "done", "when": "mardi 8 septembre 2026", "text": ""},
            {"title": "Ordinateur préparé", "status": "done", "when": "jeudi 24 septembre 2026", "text": ""},
            {
                "title": "En route vers le lycée",
                "status": "current",
                "when": "aujourd’hui",
                "text": "Deux arrêts avant vous.",
            },
            {
                "title": "Remise à l’élève",
                "status": "next",
                "when": "lundi 5 octobre 2026, salle B12",
                "text": "",
            },
        ],
        "form": form,
        "navigation": [
            {"label": "", "entries": [menu_entry("Tableau de bord", "house", "#content", "page")]},
            {
                "label": "Mon établissement",
                "entries": [
                    menu_entry("Élèves et signatures", "mortarboard"),
                    menu_entry("À corriger dans la base", "flag"),
                    menu_entry("Conventions papier", "printer"),
                ],
            },
        ],
        "viewer": {
            "name": "Hélène Roux",
            "role": "Établissement",
            "space": "Établissement",
            "sign_out_url": "#content",
        },
    }


def menu_entry(label: str, icon: str, url: str = "#tables", current: str = "") -> Link:
    return Link(url, label, icon, current)


@login_not_required
@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    return render(request, "style/console.html", sample())


@login_not_required
@require_safe
def families(request: HttpRequest) -> HttpResponse:
    return render(request, "style/public.html", sample())


@login_not_required
@require_safe
def document(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_pdf("style/document.html", sample()), content_type="application/pdf")


urlpatterns = [
    path("style/", staff, name="style"),
    path("style/familles/", families, name="style_families"),
    path("style/document.pdf", document, name="style_document"),
]
