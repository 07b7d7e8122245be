"""电子邮件 through Django's backend. A second copy of a letter carries the same Message-ID.

Settings: EMAIL_URL (smtp+tls://user:password@host:587, smtp+ssl://…:465; empty: no e-mail) and DEFAULT_FROM_EMAIL.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMessage
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.clock import local
from notifications.transports.base import Answer, Letter, Passing, Permanent, Transport, TransportError, one_line, show
from notifications.transports.smtp import TimedBackend

# At RCPT: no such mailbox, not here, not a name that can be.
NO_SUCH_RECEIVER = frozenset({550, 551, 553})
# A whole letter takes so many times what one answer may.
WHOLE_MAIL = 3
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


def message_id(key: str) -> str:
    """Made from the key alone; the right part is the sender's host."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{_ODD.sub('-', key)}@{host}>"


class EmailTransport(Transport):
    way = "email"

    def is_set_up(self) -> bool:
        return bool(settings.EMAIL_HOST)

    def check_address(self, address: str) -> None:
        try:
            validate_email(address)
        except ValidationError:
            raise Permanent(_("邮箱地址不正确")) from None

    def send(self, letter: Letter) -> Answer:
        self.check_address(letter.to)
        name = message_id(letter.key)
        headers = {"Message-ID": name, "Date": format_datetime(local(letter.at)), "Auto-Submitted": "auto-generated"}
        connection = TimedBackend(fail_silently=False)
        mail = EmailMessage(
            subject=one_line(letter.title)[:200],
            body=_body(letter),
            to=[letter.to],
            headers=headers,
            connection=connection,
        )
        try:
            with connection.within(WHOLE_MAIL * settings.EMAIL_TIMEOUT):
                mail.send()
        except (smtplib.SMTPException, OSError, BadHeaderError, UnicodeError) as exc:
            raise _too_slow() if connection.is_over else explain(exc) from exc
        return Answer(_("邮件服务器已接收，编号 %(name)s") % {"name": name})


def _body(letter: Letter) -> str:
    link = f"\n\n{_('查看')}：{letter.link}" if letter.link else ""
    when = f"{local(letter.at):%Y-%m-%d %H:%M}"
    return f"{letter.text}{link}\n\n{when}\n{_('本邮件由系统自动发出，请勿回复。')}\n"


def explain(exc: Exception) -> TransportError:
    """A receiver that the server does not know is for ever; all else may be mended, a text that it takes for spam, too."""
    if isinstance(exc, smtplib.SMTPRecipientsRefused):
        code, told = next(iter(exc.recipients.values()))
        refused = _refused(int(code), told)
        return Permanent(refused.message) if int(code) in NO_SUCH_RECEIVER else refused
    if isinstance(exc, smtplib.SMTPAuthenticationError):
        return Passing(_("邮件服务器不认可用户名或密码：%(told)s") % {"told": _told(exc.smtp_code, exc.smtp_error)})
    if isinstance(exc, smtplib.SMTPResponseException):
        return _refused(exc.smtp_code, exc.smtp_error)
    if isinstance(exc, BadHeaderError | UnicodeError):
        return Permanent(_("邮件的地址或标题有不能发送的字符"))
    if isinstance(exc, ssl.SSLCertVerificationError):
        return Passing(_("邮件服务器的证书不可信：%(why)s") % {"why": show(exc.verify_message)})
    # smtplib tells of a read that took too long in words alone.
    if isinstance(exc, TimeoutError) or "timed out" in str(exc):
        return _too_slow()
    return Passing(_("与邮件服务器的连接中断：%(why)s") % {"why": show(type(exc).__name__)})


def _refused(code: int, told: bytes | str) -> Passing:
    return Passing(_("邮件服务器没有接收：%(told)s") % {"told": _told(code, told)})


def _too_slow() -> Passing:
    return Passing(_("邮件服务器没有及时答复"))


def _told(code: int, told: bytes | str) -> str:
    return f"{code} {show(told, 300)}"
