"""Deliveries, their gate, their lines, and parcels. Order: team ← delivery ← gate_check, line ← parcel."""

from distribution.models.delivery import Delivery, DeliveryLog, HalfDay, Team
from distribution.models.gate_check import GateCheck
from distribution.models.line import DeliveryLine, DeliveryLineLog, DeskScan
from distribution.models.parcel import Parcel, ParcelLog


__all__ = [
    "Delivery",
    "DeliveryLine",
    "DeliveryLineLog",
    "DeliveryLog",
    "DeskScan",
    "GateCheck",
    "HalfDay",
    "Parcel",
    "ParcelLog",
    "Team",
]
