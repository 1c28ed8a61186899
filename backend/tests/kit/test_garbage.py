"""The garbage collector of a server."""

import subprocess
import sys


def test_what_exists_at_the_start_is_left_out_of_collections() -> None:
    script = (
        "import gc; from doorstep.kit.garbage import settle; before = len(gc.get_objects()); settle(); "
        "print(gc.get_freeze_count() >= before // 2, gc.get_threshold()[0] > 700, gc.isenabled())"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "True", "True"]


def test_a_command_looks_for_no_garbage_among_its_modules() -> None:
    asked = "import doorstep.__main__, gc; print(gc.get_freeze_count() > 50_000, gc.isenabled())"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "True"]
