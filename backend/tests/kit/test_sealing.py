"""What is sealed opens unchanged, in its own place, with its own key, and only so."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key

from doorstep.kit.sealing import SealBroken, Sealer
from doorstep.kit.signing import make_key_pair

KEY = b"k" * 32
PLAIN = b"the private half of a signing key"


@pytest.mark.asvs("v5.0.0-11.3.3", "v5.0.0-11.2.5")
def test_a_changed_bit_another_place_and_another_key_are_the_same_refusal() -> None:
    sealed = Sealer(KEY).seal(PLAIN, "signing_keys/one")
    assert Sealer(KEY).open(sealed, "signing_keys/one") == PLAIN
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealBroken):
            Sealer(KEY).open(bytes(changed), "signing_keys/one")
    for broken in (b"", sealed[:12], sealed[:-1], sealed + b"x"):
        with pytest.raises(SealBroken):
            Sealer(KEY).open(broken, "signing_keys/one")
    with pytest.raises(SealBroken):
        Sealer(KEY).open(sealed, "signing_keys/two")
    with pytest.raises(SealBroken):
        Sealer(b"x" * 32).open(sealed, "signing_keys/one")


@pytest.mark.asvs("v5.0.0-11.3.4")
def test_no_nonce_is_used_twice() -> None:
    sealer = Sealer(KEY)
    nonces = {sealer.seal(PLAIN, "place")[:12] for _ in range(5000)}
    assert len(nonces) == 5000


@pytest.mark.asvs("v5.0.0-11.6.1", "v5.0.0-11.2.3")
def test_a_signing_key_is_a_fresh_one_on_p_256() -> None:
    pairs = [make_key_pair() for _ in range(3)]
    assert len({pair.private_der for pair in pairs}) == 3
    for pair in pairs:
        private = load_der_private_key(pair.private_der, password=None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        assert (private.curve.name, private.key_size) == ("secp256r1", 256)
        assert (pair.public_jwk["crv"], pair.public_jwk["alg"]) == ("P-256", "ES256")
