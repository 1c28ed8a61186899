"""The most common leaked passwords, shipped with the product: an exact answer, without a request to anybody.

NIST SP 800-63B-4 section 3.1.1.2 and ASVS 6.2.4 ask for such a list. Case does not count.
The list is about 450 kB of text, searched as it stands: a tenth of a millisecond, where a set of strings would hold
ten times the memory.
"""

import gzip
from functools import cache
from importlib.resources import files

DATA_FILE = "leaked.txt.gz"
FEWEST_CHARACTERS = 8


@cache
def _listed() -> bytes:
    return gzip.decompress(files("doorstep.passwords").joinpath(DATA_FILE).read_bytes())


def is_leaked(password: str) -> bool:
    """Whether the password (`kit.tried_secrets.normalised`) is on the list. Shorter than 8 is not listed."""
    if len(password) < FEWEST_CHARACTERS or "\n" in password:
        return False
    return f"\n{password.casefold()}\n".encode("utf-8", "surrogatepass") in _listed()
