"""One class a message: its kind, its two templates, and what they need."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.template import Context, Engine
from django.utils import translation

from core.languages import FRENCH
from core.models import StoredFile
from core.outbox import Draft


class EmailNotification:
    """A message of one kind. Templates: `<app>/emails/<name>_subject.txt` and `_body.txt`.

    A subclass sets `kind` (`convention_to_sign`) and `template` (`loans/emails/convention_to_sign`); `is_for_staff`
    when its kind is only ever written to those who work with the portal.
    """

    kind: ClassVar[str]
    template: ClassVar[str]
    is_for_staff: ClassVar[bool] = False

    def draft(
        self,
        *,
        key: str,
        about: str,
        to: str,
        due_at: datetime,
        attachment: StoredFile | None = None,
        for_staff: bool = False,
        **context: Any,
    ) -> Draft:
        """The rendered message, ready for `enqueue`; `site_url` is always in the context.

        `for_staff`: this one goes to somebody who works with the portal, though its kind may go to families too.
        """
        context = {"site_url": settings.SITE_URL, **context}
        subject = plain_text(f"{self.template}_subject.txt", context)
        body = plain_text(f"{self.template}_body.txt", context)
        return Draft(
            kind=self.kind,
            key=key,
            about=about,
            to=to,
            subject=subject.strip(),
            body=body.strip() + "\n",
            due_at=due_at,
            attachment=attachment,
            is_for_staff=self.is_for_staff or for_staff,
        )


def plain_text(template: str, context: dict[str, Any]) -> str:
    """A template of a text message: « Lycée de l'Orne » stays so, whatever the template forgot to say.

    In French, dates too, whatever the page that set it off is read in: it may be for somebody else.
    """
    with translation.override(FRENCH.code):
        return Engine.get_default().get_template(template).render(Context(context, autoescape=False))
