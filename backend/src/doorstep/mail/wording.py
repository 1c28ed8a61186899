"""Why a mail does not leave, in a sentence that says what to set. For operators. Pure."""

from dataclasses import dataclass
from errno import ECONNREFUSED
from socket import gaierror
from ssl import SSLCertVerificationError, SSLError
from typing import Final

from doorstep.mail.models import Reply, Stage
from doorstep.mail.policy import enhanced_code, is_about_sender, is_recipients_fault

_HOST = "DOORSTEP_MAIL__SMTP_HOST"
_PORT = "DOORSTEP_MAIL__SMTP_PORT"
_SECURITY = "DOORSTEP_MAIL__SMTP_SECURITY"
_USER = "DOORSTEP_MAIL__SMTP_USERNAME"
_LOGIN = f"{_USER} and DOORSTEP_MAIL__SMTP_PASSWORD"
_IMPLICIT_TLS_PORT = 465
_AUTHENTICATION_REQUIRED = 530
_TOO_LARGE = 552

_NO_MAIL_SERVER = f"What answers at {{place}} is no mail server: correct {_HOST} and {_PORT}."
_NO_ADDRESS = "The recipient's address does not exist or takes no mail ({code})."
_PUT_OFF = "The mail server at {place} puts it off ({code})."
_TURNED_AWAY = f"The mail server at {{place}} turns this machine away ({{code}}): let it in there, or correct {_HOST}."
_WRONG_LOGIN = f"The mail server refuses the log-in ({{code}}): correct {_LOGIN}."
_WANTS_TLS = f"The mail server at {{place}} demands TLS ({{code}}): set {_SECURITY}=starttls."
_WANTS_LOGIN = f"The mail server at {{place}} refuses us ({{code}}): it may want a log-in; set {_LOGIN}."
_NOT_ALLOWED = (
    f"The mail server at {{place}} refuses us ({{code}}): allow the user of {_USER} there to send as {{sender}}."
)
_NO_SENDER = (
    "The mail server refuses the sender {sender} ({code}): set DOORSTEP_MAIL__SENDER to an address that it takes, "
    "or allow this one there."
)
_DISABLED = "The recipient's mailbox is disabled ({code})."
_FULL = "The recipient's mailbox is full ({code})."
_SIZE = "The mail is too large for the server, or the mailbox is full ({code}): raise the limits there."
_BROKEN = "The mail server at {place} cannot take mails at present ({code}): see to its disk and its configuration."
_NO_ROUTE = "The mail server at {place} does not reach the recipient's ({code})."
_UNPROVEN = "SPF, DKIM, DMARC or reverse DNS does not allow this server mails from {domain} ({code}): correct the DNS."

# By subject and detail of the enhanced code, or by the subject alone (RFC 3463; 7.20 to 7.27: RFC 7372, RFC 7505).
_BY_DETAIL: Final = {
    "1.7": _NO_SENDER,
    "1.8": _NO_SENDER,
    "2.1": _DISABLED,
    "2.2": _FULL,
    "2.3": _SIZE,
    "3": _BROKEN,
    "3.4": _SIZE,
    "4": _NO_ROUTE,
    **{f"7.{detail}": _UNPROVEN for detail in range(20, 27)},
    "7.27": _NO_SENDER,
}


@dataclass(frozen=True, slots=True)
class Way:
    """How mails are set to leave, as far as a sentence names it. `patience` in seconds."""

    host: str
    port: int
    starttls: bool
    logs_in: bool
    sender: str
    patience: float

    @property
    def place(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"


def refusal(reply: Reply, way: Way) -> str:
    """What the server refused, with its code and its enhanced code."""
    enhanced = enhanced_code(reply)
    code = f"{reply.code} {enhanced}" if enhanced else str(reply.code)
    template = _template(reply, enhanced, logs_in=way.logs_in, starttls=way.starttls)
    return template.format(place=way.place, code=code, sender=way.sender, domain=way.sender.rpartition("@")[2])


def no_login_offered(way: Way, *, encrypted: bool) -> str:
    """A name is set, and the server offers no AUTH."""
    if encrypted:
        return (
            f"The mail server at {way.place} offers no log-in that Doorstep knows: unset {_LOGIN}, or turn it on there."
        )
    return (
        f"The mail server at {way.place} offers no log-in without TLS: set {_SECURITY} to starttls or tls, "
        f"or unset {_LOGIN}."
    )


def no_starttls_offered(way: Way) -> str:
    """STARTTLS is demanded, and the server does not offer it."""
    return (
        f"The mail server at {way.place} offers no STARTTLS: turn it on there, or set {_SECURITY}=tls and {_PORT}=465 "
        "where it speaks TLS from the first byte."
    )


def no_smtputf8(way: Way) -> str:
    """An address has letters beyond ASCII, and the server does not offer SMTPUTF8 (RFC 6531)."""
    return (
        f"An address of this mail has letters beyond ASCII, which the server at {way.place} does not take: "
        "turn on SMTPUTF8 there, or use a server that has it."
    )


def trouble(cause: BaseException, way: Way) -> str:
    """No answer came, or none that can be read. `cause` as the network or TLS raised it."""
    match cause:
        case SSLCertVerificationError():
            words = cause.verify_message.rstrip(".")
            told = (
                f"The certificate of the mail server is not believed ({words}): set {_HOST} to the name in it, or let "
                "SSL_CERT_FILE name the authority that signed it."
            )
        case SSLError():
            told = (
                f"The server at {way.place} does not speak TLS as {_SECURITY} asks for it: set it to starttls for port "
                "587, to tls for port 465."
            )
        case TimeoutError() if way.starttls and way.port == _IMPLICIT_TLS_PORT:
            told = f"No greeting came from {way.place} within {way.patience:g} s: port 465 wants {_SECURITY}=tls."
        case TimeoutError():
            told = f"The mail server at {way.place} gave no answer within {way.patience:g} s."
        case gaierror():
            told = f"The name {way.host} is not known: correct {_HOST}."
        case OSError() if _is_refused(cause):
            told = f"No mail server listens at {way.place}: start it, or correct {_HOST} and {_PORT}."
        case ConnectionError():
            told = f"The mail server at {way.place} closed the connection without an answer."
        case _:
            told = f"The mail server at {way.place} cannot be reached: check {_HOST}, the network and its firewall."
    return told


def _template(reply: Reply, enhanced: str | None, *, logs_in: bool, starttls: bool) -> str:
    """The first that holds."""
    about = enhanced.partition(".")[2] if enhanced else ""
    by_detail = _BY_DETAIL.get(about) or _BY_DETAIL.get(about.partition(".")[0])
    temporary = reply.code in range(400, 500)
    refused = _NOT_ALLOWED if logs_in else _WANTS_LOGIN
    choices = (
        (not temporary and reply.code not in range(500, 600), _NO_MAIL_SERVER),
        (is_recipients_fault(reply) and about != "2.1", _NO_ADDRESS),
        (reply.stage is Stage.LOGIN and not temporary, _WRONG_LOGIN),
        (by_detail is not None, by_detail or ""),
        (reply.code == _TOO_LARGE and enhanced is None, _SIZE),
        ("STARTTLS" in reply.words.upper() and not starttls, _WANTS_TLS),
        (reply.code == _AUTHENTICATION_REQUIRED, refused),
        (temporary, _PUT_OFF),
        (reply.stage in {Stage.GREETING, Stage.HELLO}, _TURNED_AWAY),
        (is_about_sender(reply) and not about.startswith("7."), _NO_SENDER),
    )
    return next((template for holds, template in choices if holds), refused)


def _is_refused(cause: OSError) -> bool:
    """Also where a name has several addresses, and asyncio makes one error of all."""
    return isinstance(cause, ConnectionRefusedError) or f"[Errno {ECONNREFUSED}]" in str(cause)
