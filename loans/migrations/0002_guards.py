from django.db import migrations

from core.triggers import append_only, frozen_columns, never_deleted, set_once


class Migration(migrations.Migration):
    dependencies = [("loans", "0001_initial"), ("core", "0001_database")]

    operations = [
        append_only("loans_conventiontext"),
        never_deleted("loans_signature"),
        frozen_columns(
            "loans_signature",
            "convention_id",
            "method",
            "guardian_id",
            "signer_name",
            "agent_id",
            "consent",
            "text_sha256",
            "signed_at",
            "ip_address",
            "user_agent",
        ),
        set_once("loans_signature", "document_id"),
        append_only("loans_conventionlog"),
        append_only("loans_papercopylog"),
        append_only("loans_devicelog"),
        append_only("loans_loanlog"),
    ]
