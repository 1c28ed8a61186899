from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.sessions.refresh_tokens import RefreshTokens, parse

TOKENS = RefreshTokens(b"k" * 32)
ID = UUID(int=0x0192_0000_7000_8000_0000_0000_0000_0001)


@pytest.mark.asvs("v5.0.0-11.4.3")
def test_a_token_is_checked_without_being_stored() -> None:
    presented = parse(TOKENS.make(ID, 7, b"s" * 32))
    assert presented is not None
    assert (presented.session_id, presented.generation) == (ID, 7)
    assert TOKENS.is_genuine(presented, b"s" * 32)


def test_the_successor_can_be_computed_again() -> None:
    assert TOKENS.make(ID, 8, b"s" * 32) == TOKENS.make(ID, 8, b"s" * 32)


@pytest.mark.asvs("v5.0.0-7.2.3")
def test_another_server_or_another_row_makes_another_token() -> None:
    presented = parse(TOKENS.make(ID, 7, b"s" * 32))
    assert presented is not None
    assert not RefreshTokens(b"x" * 32).is_genuine(presented, b"s" * 32)
    assert not TOKENS.is_genuine(presented, b"t" * 32)


@given(st.integers(min_value=0, max_value=69), st.sampled_from("ABCxyz019-_"))
@pytest.mark.asvs("v5.0.0-7.2.1")
def test_no_changed_token_is_genuine(position: int, letter: str) -> None:
    token = TOKENS.make(ID, 7, b"s" * 32)
    changed = token[:position] + letter + token[position + 1 :]
    presented = parse(changed)
    assert changed == token or presented is None or not TOKENS.is_genuine(presented, b"s" * 32)


@given(st.text(max_size=100))
def test_no_text_makes_parsing_crash(text: str) -> None:
    presented = parse(text)
    assert presented is None or not TOKENS.is_genuine(presented, b"s" * 32)


def test_a_process_knows_what_it_made_lately_and_nothing_else() -> None:
    tokens = RefreshTokens(b"k" * 32, most=2)

    def known(text: str) -> bool:
        presented = parse(text)
        assert presented is not None
        return tokens.knows(presented)

    made = [tokens.make(ID, generation, b"s" * 32) for generation in (1, 2, 3)]
    assert [known(text) for text in made] == [False, True, True]
    assert not known(TOKENS.make(ID, 4, b"s" * 32))
    for position in range(70):
        changed = made[2][:position] + ("A" if made[2][position] != "A" else "B") + made[2][position + 1 :]
        presented = parse(changed)
        assert presented is None or not tokens.knows(presented)

    spent = parse(made[2])
    assert spent is not None
    tokens.forget(spent)
    tokens.forget(spent)
    assert [known(text) for text in made] == [False, True, False]
    tokens.make(ID, 2, b"s" * 32)  # made again in the grace
    assert tokens.make(ID, 2, b"s" * 32) == made[1]
    assert known(made[1])
    assert made[1] not in str(vars(tokens))
    assert str(spent.mac) not in str(vars(tokens))
