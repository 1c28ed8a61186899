"""One computation in the notations of different systems: each is read, damaged or named, and never imported in vain."""

import base64
import hashlib
import hmac
from datetime import timedelta

import bcrypt
import pytest
from pydantic import SecretStr

from doorstep.imports.hashes import Hashes
from doorstep.imports.models import Candidate, Reason, Refusal
from doorstep.imports.policy import candidate
from doorstep.kit.firebase_scrypt import FirebaseProject
from doorstep.kit.foreign.columns import SYSTEMS
from doorstep.kit.hash_formats import HashFormats
from doorstep.kit.hashing import PasswordHasher
from doorstep.kit.phpass import Setting
from doorstep.kit.preparations import NAMES, NAMES_WITH_SECRET
from tests.builders import CHEAP_HASHES, START

PASSWORD = "seven quiet herons at dawn"
BYTES = PASSWORD.encode()
SALT = bytes(range(7, 23))
SECRET = "pepper-of-the-other-system"
SETTINGS = CHEAP_HASHES.model_copy(update={"imported_secrets": SecretStr(SECRET)})
BCRYPT = bcrypt.hashpw(BYTES, bcrypt.gensalt(4)).decode()
ARGON2 = HashFormats(CHEAP_HASHES).context.hash(BYTES)
# The example of Firebase's own repository.
PROJECT = FirebaseProject.read(
    {
        "base64_signer_key": "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
        "base64_salt_separator": "Bw==",
        "rounds": 8,
        "mem_cost": 14,
    }
)
KEY = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="
FIREBASE = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=="


def b64(data: bytes, *, padded: bool = False) -> str:
    text = base64.b64encode(data).decode()
    return text if padded else text.rstrip("=")


def pbkdf2(function: str, rounds: int, size: int, salt: bytes = SALT, secret: bytes = BYTES) -> bytes:
    return hashlib.pbkdf2_hmac(function, secret, salt, rounds, size)


def scrypt(log: int, size: int, salt: bytes = SALT, block_size: int = 8, lanes: int = 1) -> bytes:
    return hashlib.scrypt(BYTES, salt=salt, n=1 << log, r=block_size, p=lanes, dklen=size, maxmem=1 << 26)


def aspnet(function: int, name: str, rounds: int, size: int) -> str:
    numbers = b"".join(number.to_bytes(4, "big") for number in (function, rounds, len(SALT)))
    return b64(b"\x01" + numbers + SALT + pbkdf2(name, rounds, size), padded=True)


def php(text: str, secret: bytes, marker: str = "P", salt: str = "12345678", letter: str = "9") -> str:
    setting = Setting.read(marker + letter + salt)
    assert setting is not None
    return text + letter + salt + setting.digest(secret).decode()


SHA256_32 = pbkdf2("sha256", 5000, 32)
SHA512_64 = pbkdf2("sha512", 5000, 64)
READ = {
    "l behind": f"$pbkdf2-sha256$i=5000,l=32${b64(SALT)}${b64(SHA256_32)}",
    "l in front": f"$pbkdf2-sha256$l=32,i=5000${b64(SALT)}${b64(SHA256_32)}",
    "padded, with l": f"$pbkdf2-sha512$i=5000,l=64${b64(SALT, padded=True)}${b64(SHA512_64, padded=True)}",
    "twice as long": f"$pbkdf2-sha256$i=5000,l=64${b64(SALT)}${b64(pbkdf2('sha256', 5000, 64))}",
    "shorter than a block": f"$pbkdf2-sha512$i=5000,l=32${b64(SALT)}${b64(SHA512_64[:32])}",
    "40 bytes of SHA-512": f"$pbkdf2-sha512$i=5000${b64(SALT)}${b64(SHA512_64[:40])}",
    "SHA-1": f"$pbkdf2-sha1$i=5000${b64(SALT)}${b64(pbkdf2('sha1', 5000, 20))}",
    "SHA-384": f"$pbkdf2-sha384$i=5000${b64(SALT)}${b64(pbkdf2('sha384', 5000, 48))}",
    "passlib's SHA-1": f"$pbkdf2$5000${b64(SALT).replace('+', '.')}${b64(pbkdf2('sha1', 5000, 20)).replace('+', '.')}",
    "scrypt, logarithm as n": f"$scrypt$n=10,r=8,p=1${b64(SALT)}${b64(scrypt(10, 64))}",
    "scrypt with n itself": f"$scrypt$n=1024,r=8,p=1${b64(SALT)}${b64(scrypt(10, 64))}",
    "scrypt, N as ln": f"$scrypt$ln=1024,r=8,p=1${b64(SALT, padded=True)}${b64(scrypt(10, 32), padded=True)}",
    "scrypt, 64 bytes": f"$scrypt$ln=4,r=16,p=1${b64(SALT)}${b64(scrypt(4, 64, block_size=16))}",
    "scrypt, turned": f"$scrypt$r=8,p=2,ln=4${b64(SALT)}${b64(scrypt(4, 32, lanes=2))}",
    "argon2, turned": "$argon2id$v=19$t=1,m=8,p=1$" + ARGON2.split("$", 4)[4],
    "Werkzeug's SHA-1": "pbkdf2:sha1:5000$seasalt$" + pbkdf2("sha1", 5000, 20, b"seasalt").hex(),
    "better-auth": f"{SALT.hex()}:{scrypt(14, 64, SALT.hex().encode(), 16).hex()}",
    "Lucia 1": "kq8Zs0fA3hYw7LmN:" + scrypt(14, 64, b"kq8Zs0fA3hYw7LmN", 8).hex(),
    "Lucia 2": "s2:kq8Zs0fA3hYw7LmN:" + scrypt(14, 64, b"kq8Zs0fA3hYw7LmN", 16).hex(),
    "ASP.NET, SHA-1": aspnet(0, "sha1", 10_000, 32),
    "ASP.NET, SHA-256": aspnet(1, "sha256", 10_000, 32),
    "ASP.NET, SHA-512": aspnet(2, "sha512", 100_000, 32),
    "Spring's bcrypt": "{bcrypt}" + BCRYPT,
    "Spring's argon2": "{argon2@SpringSecurity_v5_8}" + ARGON2,
    "Spring's pbkdf2": "{pbkdf2@SpringSecurity_v5_8}" + (SALT + pbkdf2("sha256", 310_000, 32)).hex(),
    "Spring's older pbkdf2": "{pbkdf2}" + (SALT[:8] + pbkdf2("sha1", 185_000, 32, SALT[:8])).hex(),
    "Spring's scrypt": f"{{scrypt}}$40801${b64(SALT, padded=True)}${b64(scrypt(4, 32), padded=True)}",
    "Spring's scrypt alone": f"$40801${b64(SALT, padded=True)}${b64(scrypt(4, 32), padded=True)}",
    "Dovecot's bcrypt": "{BLF-CRYPT}" + BCRYPT,
    "Dovecot's crypt": "{CRYPT}" + BCRYPT,
    "Dovecot's pbkdf2": f"{{PBKDF2}}$1$seasalt$5000${pbkdf2('sha1', 5000, 20, b'seasalt').hex()}",
    "LDAP's pbkdf2": f"{{PBKDF2-SHA512}}5000${b64(SALT)}${b64(SHA512_64)}",
    "LDAP's SHA-1": f"{{PBKDF2}}5000${b64(SALT)}${b64(pbkdf2('sha1', 5000, 20))}",
    "Plone": "{BCRYPT}" + BCRYPT,
    "Nextcloud 1": "1|" + BCRYPT.replace("$2b$", "$2y$"),
    "Nextcloud 3": "3|" + ARGON2,
    "Jupyter": "argon2:" + ARGON2,
    "Jenkins": "#jbcrypt:" + BCRYPT.replace("$2b$", "$2a$"),
    "MediaWiki's pbkdf2": f":pbkdf2:sha256:5000:32:{b64(SALT, padded=True)}:{b64(SHA256_32, padded=True)}",
    "MediaWiki's longer pbkdf2": f":pbkdf2:sha512:5000:128:{b64(SALT)}:{b64(pbkdf2('sha512', 5000, 128))}",
    "MediaWiki's bcrypt": f":bcrypt:4${BCRYPT[7:29]}${BCRYPT[29:]}",
    "MediaWiki's argon2": ":argon2:" + ARGON2,
    "Home Assistant": b64(BCRYPT.encode(), padded=True),
    "phpass": php("$P$", BYTES),
    "phpBB": php("$H$", BYTES),
    "Drupal 7": php("$S$", BYTES, "S"),
    "py4web": "pbkdf2(5000,20,sha512)$seasalt$" + pbkdf2("sha512", 5000, 20, b"seasalt").hex(),
    "GRUB": f"grub.pbkdf2.sha512.5000.{SALT.hex().upper()}.{SHA512_64.hex().upper()}",
    "Seafile": f"PBKDF2SHA256$5000${SALT.hex()}${SHA256_32.hex()}",
    "mosquitto": f"$7$5000${b64(SALT, padded=True)}${b64(SHA512_64, padded=True)}",
    "Atlassian": "{PKCS5S2}" + b64(SALT + pbkdf2("sha1", 10_000, 32), padded=True),
    "Request Tracker": "!bcrypt!04!" + bcrypt.hashpw(hashlib.sha512(BYTES).digest(), bcrypt.gensalt(4)).decode()[7:],
    "WordPress 6.8": "$wp"
    + bcrypt.hashpw(base64.b64encode(hmac.digest(b"wp-sha384", BYTES, "sha384")), bcrypt.gensalt(4)).decode(),
}
DAMAGED = {
    "another length": f"$pbkdf2-sha256$i=5000,l=64${b64(SALT)}${b64(SHA256_32)}",
    "rounds twice": f"$pbkdf2-sha256$i=5000,i=5000${b64(SALT)}${b64(SHA256_32)}",
    "no rounds": f"$pbkdf2-sha256$l=32${b64(SALT)}${b64(SHA256_32)}",
    "short digest": f"$pbkdf2-sha256$i=5000${b64(SALT)}${b64(SHA256_32[:8])}",
    "N that is no power": f"$scrypt$n=1000,r=8,p=1${b64(SALT)}${b64(scrypt(10, 64))}",
    "Spring, cut": "{pbkdf2@SpringSecurity_v5_8}" + (SALT + SHA256_32).hex()[:-2],
    "ASP.NET, cut": b64(b"\x01" + bytes([0, 0, 0, 1, 0, 0, 39, 16, 0, 0, 0, 16]) + SALT + SHA256_32[:20]),
    "Medusa, changed": b64(b"scrypt\0\x0f" + bytes(88)),
    "MediaWiki, cut": f":bcrypt:4${BCRYPT[7:29]}${BCRYPT[29:-1]}",
    "phpass, cut": php("$P$", BYTES)[:-1],
    "bcrypt, cut": BCRYPT[:-1],
}
TOO_COSTLY = {
    "pbkdf2": f"$pbkdf2-sha1$i=4000000000${b64(SALT)}${b64(bytes(20))}",
    "ASP.NET": b64(b"\x01" + b"".join(n.to_bytes(4, "big") for n in (2, 4_000_000_000, 16)) + SALT + SHA256_32),
    "scrypt with n": f"$scrypt$n=1073741824,r=8,p=1${b64(SALT)}${b64(bytes(64))}",
    "scrypt lanes": f"$scrypt$n=16384,r=8,p=100000${b64(SALT)}${b64(bytes(64))}",
    "Spring's scrypt": f"{{scrypt}}$1e0801${b64(SALT)}${b64(bytes(32))}",
    "bcrypt of Adonis": f"$bcrypt$v=98$r=31${b64(SALT)}${b64(bytes(23))}",
    "WordPress": "$wp$2y$31$" + "." * 53,
    "Request Tracker": "!bcrypt!31!" + "." * 53,
    "MediaWiki": ":bcrypt:31$" + "." * 22 + "$" + "." * 31,
    "sha-crypt": "$6$rounds=999999999$seasalt$" + "." * 86,
    "passlib's bcrypt": "$bcrypt-sha256$v=2,t=2b,r=31$" + "." * 22 + "$" + "." * 31,
    "Firebase": f"$fbscrypt$v=1,n=40,r=8,p=1,ss=Bw==,sk={KEY}$42xEC+ixf3L2lw==${FIREBASE}",
    "Medusa": b64(
        (header := b"scrypt\0\x28" + (8).to_bytes(4, "big") + (1).to_bytes(4, "big") + bytes(32))
        + hashlib.sha256(header).digest()[:16]
        + bytes(32)
    ),
}
NAMED = {
    "$6$seasalt$" + "a" * 86: "SHA-512",
    "$1$abcdefgh$" + "a" * 22: "MD5",
    "$y$j9T$abc$def": "yescrypt",
    "{SSHA}BZlzExUQbb2FDuHKVhE69yMgyjQGCXFI": "SSHA",
    "{ssha256}abc": "SSHA",
    "{noop}seven quiet herons": "not hashed",
    "{PLAIN}seven": "not hashed",
    "{MD5-CRYPT}$1$a$b": "fast",
    "{FUTURE}abc": "braces",
    "!" + BCRYPT: "locked",
    "!bcrypt!12!cut": "`!`",
    "5f4dcc3b5aa765d61d8327deb882cf99": "MD5",
    "sha1$salt$" + "a" * 40: "fast",
    "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19": "MySQL",
    "pbkdf2-sha256-v1:" + "ab" * 32: "Payload",
    f"$argon2id$v=19$m=8,t=1,p=1,keyid=eA${b64(SALT)}${b64(bytes(32))}": "key",
    "$2x$04$" + "." * 53: "$2x$",
    "pbkdf2(1000,20,sha512)$seasalt$" + "ab" * 20: "fewer than 5000 rounds",
    "seven quiet herons": "no format",
}


def read(settings: object = SETTINGS, project: FirebaseProject | None = None, **line: str) -> str | Refusal | None:
    described = candidate(1, {"email": "ada@example.org", **line}, START + timedelta(1))
    assert isinstance(described, Candidate)
    return Hashes(HashFormats(SETTINGS), project, wraps=True).kept(described)


async def opens(text: str | Refusal | None, password: str = PASSWORD) -> bool:
    assert isinstance(text, str), text
    hasher = PasswordHasher(SETTINGS, workers=1)
    assert not (await hasher.matches("another " + password, text)).ok
    found = await hasher.matches(password, text)
    assert (found.replacement is not None) is found.ok
    hasher.close()
    return found.ok


@pytest.mark.parametrize("stored", READ.values(), ids=READ.keys())
async def test_it_is_read(stored: str) -> None:
    assert await opens(read(password_hash=stored))


@pytest.mark.parametrize("stored", DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged_is_what_is_damaged(stored: str) -> None:
    assert read(password_hash=stored) == Refusal(Reason.HASH_DAMAGED)


@pytest.mark.asvs("v5.0.0-15.2.2")
@pytest.mark.parametrize("stored", TOO_COSTLY.values(), ids=TOO_COSTLY.keys())
def test_a_hostile_cost_is_refused(stored: str) -> None:
    assert read(password_hash=stored) == Refusal(Reason.HASH_TOO_COSTLY)


@pytest.mark.parametrize(("stored", "word"), NAMED.items(), ids=NAMED.values())
def test_what_is_not_read_is_named(stored: str, word: str) -> None:
    refused = read(password_hash=stored)
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.HASH_UNKNOWN
    assert word in refused.sentence


@pytest.mark.parametrize(
    "stored",
    [
        f"$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk={KEY}$42xEC+ixf3L2lw==${FIREBASE}",
        f"$firescrypt$ln=14,r=8,p=1$42xEC+ixf3L2lw==${FIREBASE}$Bw==${KEY}",
        f"$f_scrypt${FIREBASE}$42xEC+ixf3L2lw==$m=14$r=8$s=Bw==",
    ],
)
async def test_firebase_s_are_read_as_others_keep_them(stored: str) -> None:
    text = read(password_hash=stored, project=PROJECT)
    assert await opens(text, "user1password")
    assert KEY.rstrip("=") not in str(text)
    assert read(password_hash=stored[:-30], project=PROJECT) == Refusal(Reason.HASH_DAMAGED)
    if "f_scrypt" in stored:
        assert read(password_hash=stored) == Refusal(Reason.FIREBASE_UNSET)


@pytest.mark.parametrize("name", [*NAMES, *NAMES_WITH_SECRET])
async def test_a_preparation_is_named(name: str) -> None:
    key = SECRET.encode()
    if name == "suffix":
        prepared = BYTES + key
    elif name == "prefix":
        prepared = key + BYTES
    else:
        function = next(part for part in name.split("-") if part.startswith(("md", "sha")))
        digest = (
            hmac.digest(key, BYTES, function) if name in NAMES_WITH_SECRET else hashlib.new(function, BYTES).digest()
        )
        is_hex = name.endswith("-hex")
        prepared = digest.hex().encode() if is_hex else base64.b64encode(digest)
    for stored in (
        bcrypt.hashpw(prepared[:72], bcrypt.gensalt(4)).decode(),
        HashFormats(CHEAP_HASHES).context.hash(prepared),
    ):
        text = read(password_hash=stored, password_preparation=name)
        assert await opens(text)
        assert SECRET not in str(text)


async def test_a_hash_whose_secret_is_gone_opens_nothing() -> None:
    stored = bcrypt.hashpw(BYTES + SECRET.encode(), bcrypt.gensalt(4)).decode()
    text = read(password_hash=stored, password_preparation="suffix")
    assert isinstance(text, str)
    for other in (None, SecretStr("another"), SecretStr(f"another\n{SECRET}")):
        hasher = PasswordHasher(CHEAP_HASHES.model_copy(update={"imported_secrets": other}), workers=1)
        assert (await hasher.matches(PASSWORD, text)).ok is (other is not None and SECRET in other.get_secret_value())
        hasher.close()


async def test_a_pepper_does_not_make_a_slip_behind_byte_72_the_password() -> None:
    password = "correct horse battery staple " * 3
    stored = bcrypt.hashpw((password + SECRET).encode()[:72], bcrypt.gensalt(4)).decode()
    text = read(password_hash=stored, password_preparation="suffix")
    hasher = PasswordHasher(SETTINGS, workers=1)
    found = await hasher.matches(password, str(text))
    assert (found.ok, found.replacement) == (True, None)
    hasher.close()


TWO_COLUMNS = {
    "payload": ("pbkdf2-sha256-v1:" + pbkdf2("sha256", 600_000, 32, b"seasalt").hex(), "seasalt"),
    "passport-local-mongoose": (pbkdf2("sha256", 25_000, 512, b"seasalt").hex(), "seasalt"),
    "grafana": (pbkdf2("sha256", 10_000, 50, b"seasalt").hex(), "seasalt"),
    "discourse": (pbkdf2("sha256", 64_000, 32, b"seasalt").hex(), "seasalt"),
    "$pbkdf2-sha256$i=5000,l=32$": (pbkdf2("sha256", 5000, 32, b"seasalt").hex(), "seasalt"),
    "pbkdf2-sha512$i=5000,salt=hex": (b64(pbkdf2("sha512", 5000, 64), padded=True), SALT.hex()),
    "pbkdf2-sha1$i=5000,salt=base64": (b64(pbkdf2("sha1", 5000, 20)), b64(SALT)),
    "scrypt$n=16,r=8,p=1": (scrypt(4, 64, b"seasalt").hex(), "seasalt"),
    "pbkdf2$5000$50": (pbkdf2("sha256", 5000, 50).hex(), SALT.hex()),
    "pbkdf2_hi": (pbkdf2("sha256", 320_000, 50).hex(), SALT.hex()),
    "pbkdf2_v1": (pbkdf2("sha256", 10_000, 50, b"0123456789").hex(), "0123456789"),
    "scrypt$16$8$1$50": (scrypt(4, 50).hex(), SALT.hex()),
    "bcrypt$4": (BCRYPT, SALT.hex()),
}


@pytest.mark.parametrize("scheme", TWO_COLUMNS)
async def test_hash_and_salt_in_two_columns(scheme: str) -> None:
    digest, salt = TWO_COLUMNS[scheme]
    assert await opens(read(password_hash=digest, password_salt=salt, password_scheme=scheme))
    assert read(password_hash=digest, password_salt=salt) == Refusal(Reason.SALT_UNNAMED)
    assert read(password_hash=digest, password_scheme=scheme) == Refusal(Reason.SCHEME)
    assert read(password_hash=digest, password_salt=salt, password_scheme="rot13") == Refusal(Reason.SCHEME)


def test_gitea_s_own_example() -> None:
    """From its tests: abcdef."""
    found = read(
        password_hash="84e233114499e8721da80e85568e5b7b5900b3e49a30845fcda9d1e1756da4547d70f8740ac2b4a5d82f88cebcd27f21bfe2",
        password_salt="01020304",
        password_scheme="pbkdf2$320000$50",
    )
    assert isinstance(found, str)
    assert HashFormats(SETTINGS).context.verify("abcdef", found)


def test_every_system_with_two_columns_is_tried_here() -> None:
    refused = {"firebase", "redmine", "symfony-pbkdf2", "symfony-message-digest"}
    assert set(SYSTEMS) - set(TWO_COLUMNS) - refused == {"pbkdf2", "pbkdf2_v2", "argon2", "scrypt", "bcrypt"}
