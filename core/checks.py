"""What `manage.py check --deploy` says of a server that is not ready."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from core.rights import rights_too_many


@register(Tags.security, deploy=True)
def files_have_keys_of_their_own(**_options: Any) -> list[CheckMessage]:
    """Without them, whoever changes SECRET_KEY loses every stored file."""
    if settings.OWN_FILES_KEYS:
        return []
    return [
        Error(
            "FILES_KEYS is empty: stored files are encrypted with a key drawn from SECRET_KEY.",
            hint='Make one with: python3 -c "import secrets; print(secrets.token_hex(32))"',
            id="cartable.E001",
        )
    ]


@register(Tags.security, deploy=True)
def codes_do_not_leave_by_the_log(**_options: Any) -> list[CheckMessage]:
    """`console:` writes each text message, and the code in it, where operators read: for a trial only."""
    if not settings.SMS_URL.startswith("console:"):
        return []
    return [
        Error(
            "SMS_URL is « console: »: single-use codes are written to the log instead of leaving.",
            hint="Name a provider, or leave SMS_URL empty: codes then leave by e-mail.",
            id="cartable.E003",
        )
    ]


@register(Tags.database, deploy=True)
def the_program_cannot_change_the_past(databases: Any = None, **_options: Any) -> list[CheckMessage]:
    """`check --deploy --database default`: triggers refuse every hand, but the owner of a table can remove them."""
    rights = rights_too_many() if databases else []
    if not rights:
        return []
    return [
        checks.Warning(
            f"The role of DATABASE_URL could change the evidence: {rights[0]}, and {len(rights) - 1} rights more.",
            hint="Connect with a role that owns nothing (docs/operations.md, « Two roles »).",
            id="cartable.W002",
        )
    ]
