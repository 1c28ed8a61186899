"""Run by `make mailservers` alone, which brings the servers."""

import os

if not os.environ.get("DOORSTEP_MAILSERVERS"):
    collect_ignore_glob = ["test_*.py"]
