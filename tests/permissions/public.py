"""Pages of nobody's school: before signing in, signing in, the voted rules, and what providers call."""

from tests.permissions.rows import OFFICE, STAFF, Row


PUBLIC = [
    # Public pages
    Row("start", open_to_all=True),
    Row("help", open_to_all=True),
    Row("accessibility", open_to_all=True),
    Row("privacy", open_to_all=True),
    Row("theme", open_to_all=True, given=lambda world: {"slug": world.cast.campaign.programme.slug}),
    Row("livez", open_to_all=True),
    Row("readyz", open_to_all=True),
    Row("metrics", open_to_all=True, status=404),
    # The demo's inbox exists only while DEBUG is on
    Row("inbox:list", open_to_all=True, status=404),
    Row("inbox:letter", open_to_all=True, status=404, given=lambda world: {"name": "1-a"}),
    Row("inbox:attachment", open_to_all=True, status=404, given=lambda world: {"name": "1-a", "number": 1}),
    # The voted rules
    Row("programmes:rules", (*OFFICE, "school")),
    Row("programmes:campaign_rules", (*OFFICE, "school"), given=lambda world: {"slug": "normandie-2026"}),
    Row(
        "programmes:rules_version",
        (*OFFICE, "school"),
        given=lambda world: {"slug": "normandie-2026", "number": 1},
    ),
    # Signing in
    Row("accounts:sign_in", exactly={"anonymous": 200} | dict.fromkeys(STAFF, 302)),
    Row("accounts:sign_out", open_to_all=True, status=405),
    Row("accounts:accept_invitation", open_to_all=True, status=410, given=lambda world: {"token": "none"}),
    Row("accounts:people", ("region",)),
    Row(
        "accounts:invite_again",
        ("region",),
        status=405,
        given=lambda world: {"public_id": world.cast.lou.public_id},
    ),
    *(
        Row(f"core:reports_{provider}", open_to_all=True, status=405)
        for provider in ("brevo", "mailgun", "mailjet", "postmark")
    ),
]
