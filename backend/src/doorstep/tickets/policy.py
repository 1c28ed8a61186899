"""How long a ticket is good, and how often. Pure."""

from datetime import timedelta

LIFE = timedelta(minutes=5)
MOST_TRIES = 5


def is_last(tries: int) -> bool:
    """Whether no further try follows this one."""
    return tries >= MOST_TRIES
