"""`docs/security/takeover.md`, written from the tables that the tests play. `make docs` runs it."""

import sys
from collections.abc import Iterable

from doorstep.eviction.policy import LONG_KNOWN, REMOVAL_DELAY, REMOVAL_WITHIN
from doorstep.eviction.queries import EXCUSED, TABLES
from doorstep.one_time_tokens.policy import RULES
from tests.takeover.matrix import FIRST_PROOFS, LEFT_BEFORE, NOT_LEFT, ROWS, WAYS

WITHIN = int(REMOVAL_WITHIN.total_seconds() // 3600)
DELAY = int(REMOVAL_DELAY.total_seconds() // 3600)
"""Hours."""
LONG = LONG_KNOWN.days

HEAD = """# What others leave behind, and the ways back

Somebody knew the password once, or held a session or a mailbox for a while. This page tells what becomes of each
thing that they can have left in the account, by each way in which its user comes back. It is written from [the
table](../../backend/tests/takeover/matrix.py) whose every cell [a test](../../backend/tests/takeover/test_matrix.py)
plays over HTTP; [a state machine](../../backend/tests/takeover/machine.py) plays owner, intruder and thief in any
order (`make model`).

One function takes everything away ([`eviction/`](../../backend/src/doorstep/eviction/service.py)): undoing a new
address and «not me» take all parts, a reset takes sessions, browsers and a change of address that is under way,
because who forgot a password says nothing about others. [Decision 26](../decisions/0026-one-eviction.md) has what was
weighed, and who is hurt.

## The matrix
"""

AFTER = f"""
- **The chain.** «Not me» takes what was added in the session that its mail names, in the sessions that a passkey from
  there opened, and in later sessions of a browser that was first seen there, to the end. Undoing a new address takes,
  besides, all that was added since it was asked for.
- **An authenticator app** that was turned on there at most {WITHIN} hours ago comes off {DELAY} hours after the
  report, unless its browser had been known for {LONG} days by then. A mail says so. A browser that is older than that
  one, or an older passkey, can remove it at once (at the second step of a log-in, or under Security) or keep it. Where
  nothing could object, it stays: the mailbox alone never passes an app that its user turned on. Then
  `doorstep users reset-factors` helps.
- **Between the report and the new password** no password is right: whoever knows the old one does not come back.
- **A browser** that is newer than another one, or than a passkey, and has not been known for {LONG} days, is reported
  altogether: what was added at earlier visits goes, too.
- **A link from before the last new password** still takes back what was added in its session, and gives no new
  password.
- **A change of address** that was made in the reported session, or later in a newer browser, is undone by «not me»,
  too.
- Whoever is signed in when the user comes back has ended: what is under way waits for the user's row and finds [its
  session ended](../../backend/tests/takeover/test_alive.py).
- The user gets one mail that lists what was taken back.
"""

FIRST = """
## The first proof of an address

Anybody can sign up with anybody's address. Until it is proven the account has no owner, so at the first proof goes what
was set up before, an authenticator app at once, and the user gets one mail that lists it
([decision 29](../decisions/0029-one-mailbox-one-account.md), [test](../../backend/tests/takeover/test_first_proof.py)).

- Who verifies in a browser in which somebody was signed in to the account, or types the code in a session, is who set
  it up, and loses nothing.
- Who presses the link in any other browser is asked first whether they made the account. A user who signed up on a
  computer and reads the mail on a phone says yes and loses nothing; one who did not takes everything away and chooses
  a password.
- Who signs up with an address that somebody else signed up with, and that nobody proved, is told so by a mail to it,
  which gives a new password, and with it the account.
- A user who proves another address by the link of a change gets it from an account that never proved it. That one is
  left without any way in, and is erased after seven days.
"""

LINKS = """
## Mailed links

A link opens only while the address that it was mailed to is the user's, except those that go to another address by
their nature. What voids a link is in the same table, and nowhere else
([`one_time_tokens/policy.py`](../../backend/src/doorstep/one_time_tokens/policy.py)).
"""

TABLES_HEAD = """
## Every table of a user

A test refuses a table with a `user_id` that is on neither list.
"""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _life(purpose_life: object) -> str:
    text = str(purpose_life)
    return text.replace(", 0:00:00", "").replace("0:30:00", "30 minutes").replace("1:00:00", "60 minutes")


def rendered() -> str:
    """The whole page."""
    matrix = [_row(("left behind", *WAYS)), _row(["---"] * (1 + len(WAYS)))]
    matrix += [_row((row.name, *row.cells)) for row in ROWS]
    links = [_row(("token", "lives", "is mailed to", "opens only for the user's address", "voided by", "does"))]
    links.append(_row(["---"] * 6))
    for purpose, rule in RULES.items():
        voided = sorted(change.value for change in rule.voided_by)
        if rule.newest_only:
            voided.insert(0, "a newer one")
        bound = "yes" if rule.bound else "no"
        links.append(
            _row((f"`{purpose}`", _life(rule.life), rule.audience, bound, ", ".join(voided) or "its use", rule.does))
        )
    first = [_row(("left behind", *FIRST_PROOFS)), _row(["---"] * (1 + len(FIRST_PROOFS)))]
    first += [_row((row.name, *["gone"] * len(FIRST_PROOFS))) for row in LEFT_BEFORE]
    first += [_row((name, *[reason] * len(FIRST_PROOFS))) for name, reason in NOT_LEFT]
    tables = [_row(("table", "what an eviction does")), _row(("---", "---"))]
    tables += [_row((f"`{table}`", f"takes from it: {parts}")) for table, parts in TABLES.items()]
    tables += [_row((f"`{table}`", f"leaves it: {reason}")) for table, reason in EXCUSED.items()]
    proofs, mailed = "\n".join(first), "\n".join(links)
    parts = (HEAD, "\n".join(matrix), AFTER, FIRST, proofs, LINKS, mailed, TABLES_HEAD, "\n".join(tables))
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(rendered())
