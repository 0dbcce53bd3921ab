"""What `manage.py check --deploy` says of a server that is not ready."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


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
