"""What the facts of our verdicts are called behind « Pourquoi ? » (X6)."""

from django.utils.translation import gettext_lazy as _


FACT_NAMES = {
    "has_loan": _("Laptop on loan"),
    "granted_before": _("Granted before"),
    "police_report_on": _("Police report filed on"),
    "reason": _("Reason for leaving"),
    "destination": _("New school"),
}
