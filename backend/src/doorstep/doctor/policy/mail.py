"""Whether mails reach anybody. Pure."""

from datetime import datetime

from doorstep.doctor.models import Finding, MailFacts, OutboxFacts, ServerAnswer, Voice

FAILED_OFTEN = 2
"""Failed tries after which a mail that waits is told of: one is what any mail server does now and then."""


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


def answering(answer: ServerAnswer) -> Finding:
    """Whether the mail server lets us in, which was tried without sending anything."""
    voice = Voice("mail server")
    if answer.trouble is not None:
        return voice.fail(answer.trouble)
    if answer.offers_login:
        return voice.ok("The mail server answers. It offers a log-in, and none is set.")
    return voice.ok("The mail server answers and lets this installation in.")


def outbox(facts: OutboxFacts) -> Finding:
    """Whether mails wait for the operator."""
    voice = Voice("outbox")
    found = []
    if facts.failing:
        what = "1 mail waits" if facts.failing == 1 else f"{facts.failing} mails wait"
        found.append(
            f"{what} and failed {FAILED_OFTEN} times or more{_since(facts.failing_since)}. The oldest: {facts.reason}"
        )
    if facts.given_up:
        what = "1 mail was" if facts.given_up == 1 else f"{facts.given_up} mails were"
        found.append(f"{what} given up.")
    if not found:
        return voice.ok("No mail was given up, and none fails.")
    found.append("See why with `doorstep mail list`, then `doorstep mail retry --all`.")
    return voice.warn(" ".join(found))


def _since(moment: datetime | None) -> str:
    return f", since {moment:%Y-%m-%d %H:%M} UTC" if moment else ""
