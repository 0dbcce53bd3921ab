"""Starts PostgreSQL and Valkey from their wheels when no real server is named."""


def use_embedded_servers() -> None:
    """Point DATABASE_URL and REDIS_URL at embedded servers when neither is set."""
