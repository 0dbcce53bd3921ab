"""A family that read a text, and must read another: what changed since is shown before it signs (trust 12)."""

from loans.comparing import Article, compare
from loans.lendable import text_in_force
from loans.models import Convention, ConventionText, SigningLink
from loans.texts import binding


def changes_since(convention: Convention, read_sha256: str) -> list[Article]:
    """The binding articles that differ between the text shown to the family and the one in force; none when unknown."""
    texts = ConventionText.objects.filter(campaign=convention.campaign_id)
    read, latest = texts.filter(sha256=read_sha256).first(), text_in_force(convention.campaign_id)
    return _changed(read, latest) if read and latest else []


def changes_for_reader(link: SigningLink) -> list[Article]:
    """The same since the last text this person opened for this pupil this year: a mailing may have brought another."""
    convention = link.convention
    before = (
        SigningLink.objects.filter(
            convention__pupil=convention.pupil_id,
            convention__campaign=convention.campaign_id,
            guardian=link.guardian_id,
            seen_at__isnull=False,
        )
        .exclude(convention__text=convention.text_id)
        .select_related("convention__text")
        .order_by("-seen_at")
        .first()
    )
    return _changed(before.convention.text, convention.text) if before else []


def _changed(old: ConventionText, new: ConventionText) -> list[Article]:
    return [
        article for article in compare(binding(old.sections), binding(new.sections)) if article.is_changed
    ]
