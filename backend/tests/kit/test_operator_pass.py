from datetime import timedelta

import pytest

from doorstep.kit.operator_pass import is_genuine, make_pass
from tests.builders import START as NOW

KEY = b"k" * 32


@pytest.mark.parametrize("seconds", [0, 1, 59, -59])
def test_a_pass_is_good_for_a_minute(seconds: int) -> None:
    assert is_genuine(KEY, make_pass(KEY, NOW), NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [60, -60, 86_400])
def test_and_not_for_longer(seconds: int) -> None:
    assert not is_genuine(KEY, make_pass(KEY, NOW), NOW + timedelta(seconds=seconds))


def test_nothing_else_is_a_pass() -> None:
    good = make_pass(KEY, NOW)
    second, _, mac = good.partition(".")
    others = [
        "",
        ".",
        second,
        mac,
        f"{second}.",
        f"{second}.{'0' * 64}",
        f"{int(second) + 1}.{mac}",
        f"{good} ",
        good.upper(),
    ]
    assert not any(is_genuine(KEY, other, NOW) for other in [*others, make_pass(b"o" * 32, NOW)])
