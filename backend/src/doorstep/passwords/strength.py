"""How hard a password is to guess, by zxcvbn, in bounded time.

zxcvbn's time grows with the cube of the length and multiplies with each way to read a leet spelling: 24 hostile
characters take half a second, 72 take four. So only the ends are judged, and characters that stand for the same letter
are made one first; the worst case measured is then 15 ms. Nothing of the user's goes in beside the password: zxcvbn
keeps such words in a table that all threads share.
"""

from typing import Final

from zxcvbn.matching import omnimatch
from zxcvbn.scoring import most_guessable_match_sequence
from zxcvbn.time_estimates import guesses_to_score

_JUDGED = 24
_ONE_PER_LETTER: Final = str.maketrans({"@": "4", "(": "<", "[": "<", "{": "<", "!": "1", "|": "1", "$": "5", "9": "6"})
TOO_EASY: Final = 1
"""At most a million guesses (zxcvbn's score 0 or 1): not even a throttled guesser can be kept out by that."""


def strength(password: str) -> int:
    """From 0 (guessed at once) to 4 (very hard). A long password is as strong as its stronger end."""
    head = _score(password[:_JUDGED])
    if head > TOO_EASY or len(password) <= _JUDGED:
        return head
    return max(head, _score(password[-_JUDGED:]))


def _score(part: str) -> int:
    if not part:
        return 0
    told_apart = part.translate(_ONE_PER_LETTER)
    guesses = most_guessable_match_sequence(told_apart, omnimatch(told_apart))["guesses"]
    return int(guesses_to_score(guesses))
