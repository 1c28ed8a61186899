"""Make the list of leaked passwords that is shipped, from a text file with one password a line.

    python scripts/pack_leaked_passwords.py common-100k.txt

Only what can matter is kept: at least 8 characters (the least that can be set as the minimum), readable text, in the
form in which passwords are compared (NFC, case folded), once. The same input makes the same bytes.
"""

import gzip
import sys
from pathlib import Path

from doorstep.kit.tried_secrets import normalised
from doorstep.passwords.leaked import DATA_FILE, FEWEST_CHARACTERS

_UNREADABLE = "\N{REPLACEMENT CHARACTER}"


def packed(source: str) -> bytes:
    """The compressed list, sorted, each password between two line ends."""
    folded = (normalised(line).casefold() for line in source.split("\n") if _UNREADABLE not in line)
    kept = sorted({password for password in folded if len(password) >= FEWEST_CHARACTERS})
    return gzip.compress(("\n" + "\n".join(kept) + "\n").encode(), compresslevel=9, mtime=0)


if __name__ == "__main__":
    here = Path(__file__).parent.parent / "src" / "doorstep" / "passwords" / DATA_FILE
    here.write_bytes(packed(Path(sys.argv[1]).read_text(encoding="utf-8", errors="replace")))
    print(f"{here}: {here.stat().st_size:,} bytes")
