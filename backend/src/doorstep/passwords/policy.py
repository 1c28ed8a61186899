"""Which passwords are refused: pure, from the password and what is known about it.

NIST SP 800-63B-4 section 3.1.1.2: length decides; no rules of composition; refused is only what a guesser tries first.
Passwords come normalised (`kit.tried_secrets.normalised`), lengths are code points.
"""

import re
import unicodedata

from doorstep.passwords.models import Limits, Refusal

_SHORTEST_WORD = 3
# Each symbol for a letter it stands for; the ambiguous ones are read both ways.
_SPELLINGS = tuple(
    str.maketrans(
        {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "+": "t"} | ambiguous
    )
    for ambiguous in ({}, {"1": "l", "!": "l", "|": "l"}, {"1": "i", "!": "i", "|": "i"})
)


def refusals(password: str, limits: Limits, *, leaked: bool, derived: bool, guessable: bool) -> tuple[Refusal, ...]:
    """Every reason against this password that the person should hear now; none = accepted.

    `leaked` and `guessable` say what lists know, `derived` is `is_derived`. While the length is wrong nothing else is
    said: it will have changed by then.
    """
    if len(password) > limits.max_length:
        return (Refusal("too_long", f"Use at most {limits.max_length} characters."),)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in password):
        return (Refusal("unusable_characters", "Leave out control characters: they cannot be typed everywhere."),)
    if len(password) < limits.min_length:
        return (
            Refusal(
                "too_short", f"Use at least {limits.min_length} characters. A few unrelated words are a good start."
            ),
        )
    found = []
    if leaked:
        found.append(Refusal("leaked", "This password is on lists of leaked ones. Use one that is yours alone."))
    if derived:
        found.append(Refusal("derived", "Build it on something else than your e-mail address or our name."))
    if guessable and not found:
        found.append(Refusal("guessable", "This is guessed early. Avoid repeats and sequences; add an unrelated word."))
    return tuple(found)


def own_part(password: str, email: str, product_name: str) -> str:
    """What is left of the password without the words of the e-mail address and the product's name.

    Words are found in any case and in leet spelling. A password without any of them is left as it is.
    """
    text = password.casefold()
    covered = [False] * len(text)
    words = _words(email, product_name)
    for spelling in ({}, *_SPELLINGS):
        spelled = text.translate(spelling)
        for word in {word.translate(spelling) for word in words}:
            for match in re.finditer(re.escape(word), spelled):
                covered[match.start() : match.end()] = [True] * len(word)
    if not any(covered):
        return password
    return "".join(character for character, is_covered in zip(text, covered, strict=True) if not is_covered)


def is_derived(password: str, left: str, limits: Limits) -> bool:
    """Whether the words of address and name are what the password is made of.

    `left` is its `own_part`; less than half of the required length in letters and digits is too little.
    """
    letters_left = sum(character.isalnum() for character in left)
    return left != password and letters_left * 2 < limits.min_length


def _words(email: str, product_name: str) -> set[str]:
    """What a guesser knows: the address, both sides of the @, their parts; the name, with and without its spaces."""
    local_part, _, domain = email.casefold().rpartition("@")
    name = product_name.casefold()
    labels = domain.split(".")[:-1]
    known = {email.casefold(), local_part, domain, name, "".join(name.split()), *name.split(), *labels}
    for whole in (local_part, *labels):
        known.update(re.split(r"[\W_]+", whole))
    return {word for word in known if len(word) >= _SHORTEST_WORD}
