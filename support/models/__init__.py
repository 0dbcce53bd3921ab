"""Tickets and what they lead to. Order of dependencies: ticket ← intervention, police_report; device_return."""

from support.models.device_return import DeviceReturn, DeviceReturnLog
from support.models.intervention import Intervention, InterventionLog, PoliceReport
from support.models.ticket import Ticket, TicketAttachment, TicketLog, TicketMessage


__all__ = [
    "DeviceReturn",
    "DeviceReturnLog",
    "Intervention",
    "InterventionLog",
    "PoliceReport",
    "Ticket",
    "TicketAttachment",
    "TicketLog",
    "TicketMessage",
]
