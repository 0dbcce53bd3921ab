"""Who signs in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The five trades that sign in. Families never do: they hold links.

    REGION: officers who vote, watch and decide. SUPPLIER: the logistics team of the supplier, plans and holds
    the delivery desk, validates paper. HELPDESK: agents who answer families and schools. SCHOOL: heads,
    bursars and IT referents, each for the schools they belong to. WAREHOUSE: prepares and receives devices.
    """

    REGION = "region", _("region")
    SUPPLIER = "supplier", _("logistics")
    HELPDESK = "helpdesk", _("helpdesk")
    SCHOOL = "school", _("school")
    WAREHOUSE = "warehouse", _("warehouse")
