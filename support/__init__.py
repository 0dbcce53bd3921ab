"""Tickets, entitlements, repairs, theft, departures and returns."""
