"""The checkout that the tests of documents and configuration read.

`scripts/plant_faults.py` points elsewhere, at a tree with one file changed, to see them fail.
"""

import os
from pathlib import Path

import doorstep

ROOT = Path(os.environ.get("DOORSTEP_TREE") or Path(__file__).resolve().parents[2])
PACKAGE = Path(doorstep.__file__).parent
"""The source that is imported, wherever it lies."""
