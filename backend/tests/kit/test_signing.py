from doorstep.kit.signing import make_key_pair


def test_a_key_can_be_named_on_the_command_line() -> None:
    """One name in 64 would begin with a dash: among a thousand, some would with near certainty."""
    assert not [pair.kid for pair in (make_key_pair() for _ in range(1000)) if pair.kid.startswith("-")]
