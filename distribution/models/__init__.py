"""Deliveries, their gate, their lines, and parcels. Order: team ← delivery ← gate_check, line ← parcel."""

from distribution.models.delivery import Delivery, DeliveryLog, Team
from distribution.models.gate_check import GateCheck
from distribution.models.line import DeliveryLine, DeliveryLineLog
from distribution.models.parcel import Parcel, ParcelLog


__all__ = [
    "Delivery",
    "DeliveryLine",
    "DeliveryLineLog",
    "DeliveryLog",
    "GateCheck",
    "Parcel",
    "ParcelLog",
    "Team",
]
