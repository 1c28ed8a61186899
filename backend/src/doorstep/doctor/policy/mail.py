"""Whether mails reach anybody. Pure."""

from doorstep.doctor.models import Finding, MailFacts, Voice


def sending(mail: MailFacts, *, https: bool) -> Finding:
    """How mails leave. `https` tells that people come from elsewhere."""
    voice = Voice("mail")
    if mail.server is None:
        if https:
            return voice.warn(
                "No mail leaves, so that nobody who forgets a password comes back: set DOORSTEP_MAIL__SMTP_HOST."
            )
        return voice.ok("Mails are kept as files in the data directory, for trying things out.")
    if mail.sender.rpartition("@")[2] == "localhost":
        return voice.fail(f"Mails come from {mail.sender}, which nobody accepts: set DOORSTEP_MAIL__SENDER.")
    if mail.half_a_login:
        return voice.fail(
            "Of DOORSTEP_MAIL__SMTP_USERNAME and DOORSTEP_MAIL__SMTP_PASSWORD only one is set: set both, or none."
        )
    way = "by TLS" if mail.encrypted else "without TLS, on this machine"
    return voice.ok(f"Mails leave through {mail.server}, {way}, from {mail.sender}.")


def given_up(count: int) -> Finding:
    """Whether mails wait for the operator."""
    voice = Voice("outbox")
    if count == 0:
        return voice.ok("No mail was given up.")
    what = "1 mail was" if count == 1 else f"{count} mails were"
    return voice.warn(f"{what} given up: see why with `doorstep mail list`, then `doorstep mail retry --all`.")
