"""Reads the environment and refuses nonsense loudly: a wrong setting must never be a silent one."""

import os

from django.core.exceptions import ImproperlyConfigured


def env_text(name: str, default: str | None = None) -> str:
    """The variable's text; without a default, a missing variable stops the start."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"The environment variable {name} is required.")
    return value


def env_bool(name: str, default: bool) -> bool:
    value = os.environ.get(name, "")
    if value == "":
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def env_int(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    if value == "":
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def env_keys(name: str) -> list[bytes]:
    """Keys of 32 bytes, each as 64 hexadecimal characters, comma-separated; none when the variable is missing."""
    keys = env_list(name)
    try:
        decoded = [bytes.fromhex(key) for key in keys]
    except ValueError:
        decoded = []
    if len(decoded) != len(keys) or any(len(key) != 32 for key in decoded):
        raise ImproperlyConfigured(f"{name} must be keys of 64 hexadecimal characters, comma-separated.")
    return decoded
