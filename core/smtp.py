"""Django's SMTP backend, for letter after letter: few round trips, and what the server answered is remembered."""

import smtplib
from typing import Any

from django.core.mail.backends import smtp


Reply = tuple[int, bytes]


class _Lean:
    """`last_answer`: the server's last reply to a whole message, such as « 250 2.0.0 Ok: queued as 4bCd »."""

    last_answer = ""

    def data(self, msg: Any) -> Reply:
        return self._noted(super().data(msg))  # type: ignore[misc]

    def hand_over(self, sender: str, to: str, content: bytes) -> None:
        """One letter to one address, its lines ended as SMTP wants; raises what `sendmail` raises.

        A server that takes commands in a row (RFC 2920) is asked twice a letter, any other four times.
        """
        self.ehlo_or_helo_if_needed()  # type: ignore[attr-defined]
        if not self.has_extn("pipelining"):  # type: ignore[attr-defined]
            self.sendmail(sender, [to], content)  # type: ignore[attr-defined]
            return
        size = f" SIZE={len(content)}" if self.has_extn("size") else ""  # type: ignore[attr-defined]
        self.send(f"MAIL FROM:<{sender}>{size}\r\nRCPT TO:<{to}>\r\nDATA\r\n")  # type: ignore[attr-defined]
        said = self._replies(3)
        refusal = _refusal(said, sender, to)
        if refusal is None:
            self.send(_stuffed(content))  # type: ignore[attr-defined]
            said.append(self._noted(self.getreply()))  # type: ignore[attr-defined]
            if said[-1][0] == 250:
                return
            refusal = smtplib.SMTPDataError(*said[-1])
        self._take_back(said)
        raise refusal

    def _noted(self, reply: Reply) -> Reply:
        self.last_answer = f"{reply[0]} {reply[1].decode(errors='replace')}"[:300]
        return reply

    def _replies(self, count: int) -> list[Reply]:
        """Fewer when the server hangs up on a refusal."""
        said: list[Reply] = []
        while len(said) < count and not (said and said[-1][0] == 421):
            try:
                said.append(self.getreply())  # type: ignore[attr-defined]
            except smtplib.SMTPServerDisconnected:
                if not said or said[-1][0] < 400:
                    raise
                break
        return said

    def _take_back(self, said: list[Reply]) -> None:
        """The connection is as before the letter, for the next one."""
        if said[-1][0] == 421:
            self.close()  # type: ignore[attr-defined]
            return
        if said[-1][0] == 354:  # it would listen, though it took nobody
            self.send(b".\r\n")  # type: ignore[attr-defined]
            self.getreply()  # type: ignore[attr-defined]
        self._rset()  # type: ignore[attr-defined]


class _Plain(_Lean, smtplib.SMTP):
    pass


class _Secure(_Lean, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    def hand_over(self, sender: str, to: str, content: bytes) -> str:
        """Send bytes that are already written (core/letters.py), over the open connection; what the server answered."""
        server: Any = self.connection
        server.hand_over(sender, to, content)
        return str(server.last_answer)

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Secure if self.use_ssl else _Plain


def _refusal(said: list[Reply], sender: str, to: str) -> smtplib.SMTPException | None:
    """What the server has against the sender, the reader or the letter; None when it waits for its content."""
    mail, *rest = said
    if mail[0] != 250:
        return smtplib.SMTPSenderRefused(*mail, sender)
    if rest[0][0] not in (250, 251):
        return smtplib.SMTPRecipientsRefused({to: rest[0]})
    if rest[1][0] != 354:
        return smtplib.SMTPDataError(*rest[1])
    return None


def _stuffed(content: bytes) -> bytes:
    """With its end, and no line of its own that looks like it (RFC 5321 §4.5.2)."""
    end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
    return content.replace(b"\r\n.", b"\r\n..") + end
