"""RFC 8725 (JSON Web Token Best Current Practices) line by line: each recommendation of section 3 and its proof."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from doorstep.kit import signing
from tests.keys import test_service as keys
from tests.kit import test_secret as secrets
from tests.sessions import test_hostile_tokens as hostile

Proof = Callable[..., Any]

PRACTICES: dict[str, tuple[Proof, ...]] = {
    "3.1 Perform algorithm verification: only the one that the server asks for, none of the token's choosing": (
        hostile.test_no_algorithm_is_none,
        hostile.test_the_header_does_not_choose_the_algorithm,
    ),
    "3.1 Each key is used with exactly one algorithm": (
        hostile.test_the_public_key_is_no_hmac_secret,
        hostile.test_other_keys_and_curves_sign_nothing,
    ),
    "3.2 Use appropriate algorithms: current ones, and no none": (
        hostile.test_no_algorithm_is_none,
        hostile.test_other_keys_and_curves_sign_nothing,
    ),
    "3.3 Validate all cryptographic operations; what fails anywhere is refused as a whole": (
        hostile.test_a_signature_is_64_bytes_in_range,
        hostile.test_only_three_parts_are_a_token,
    ),
    "3.4 Validate cryptographic inputs: points on the curve, numbers in range": (
        hostile.test_a_signature_is_64_bytes_in_range,
        keys.test_a_key_written_into_the_table_by_somebody_else_is_not_believed,
        keys.test_a_public_half_changed_in_the_table_is_not_published,
    ),
    "3.5 Keys have sufficient entropy, and no password is a key": (
        secrets.test_missing_or_short_secret_is_refused_with_the_mend,
        hostile.test_the_public_key_is_no_hmac_secret,
    ),
    "3.6 No compression": (hostile.test_headers_that_we_do_not_write_are_refused,),
    "3.7 Use UTF-8": (hostile.test_only_json_objects_in_utf_8,),
    "3.8 Validate issuer and subject: the key belongs to the issuer, the subject to the session": (
        hostile.test_issuer_and_audience_are_ours_to_the_letter,
        hostile.test_another_doorstep_with_the_same_keys_is_another_issuer,
        hostile.test_the_key_of_another_service_opens_nothing,
        hostile.test_a_token_speaks_for_one_user_and_one_live_session,
    ),
    "3.9 Use and validate audience": (hostile.test_issuer_and_audience_are_ours_to_the_letter,),
    "3.10 Do not trust received claims: kid is looked up, jku and x5u are never followed": (
        hostile.test_kid_is_a_name_and_nothing_else,
        hostile.test_no_header_brings_its_own_key,
        hostile.test_each_claim_is_there_and_of_its_type,
    ),
    "3.11 Use explicit typing": (hostile.test_only_our_own_type_is_an_access_token,),
    "3.12 Mutually exclusive rules for different kinds of JWT: typ, audience, keys and required claims": (
        hostile.test_only_our_own_type_is_an_access_token,
        hostile.test_each_claim_is_there_and_of_its_type,
        hostile.test_issuer_and_audience_are_ours_to_the_letter,
    ),
}


@pytest.mark.parametrize("number", range(1, 13))
def test_every_practice_is_proved(number: int) -> None:
    """The named tests exist, or this file could not be read; pytest runs them by their own names."""
    proofs = [proof for practice, each in PRACTICES.items() if practice.split()[0] == f"3.{number}" for proof in each]
    assert proofs
    assert all(proof.__name__.startswith("test_") and callable(proof) for proof in proofs)


def test_keys_come_from_the_system_and_are_on_one_curve() -> None:
    """Section 3.5: 128 bits of security or more; nothing that a person chose goes into a signing key."""
    pairs = [signing.make_key_pair() for _ in range(20)]
    assert len({pair.kid for pair in pairs}) == 20
    assert {(pair.public_jwk["crv"], pair.public_jwk["alg"]) for pair in pairs} == {("P-256", "ES256")}
    assert signing.ALGORITHM == "ES256"


@pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP256K1()])
def test_no_other_kind_of_key_is_taken(curve: ec.EllipticCurve) -> None:
    der = ec.generate_private_key(curve).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(TypeError):
        signing.read_key_pair(der)
