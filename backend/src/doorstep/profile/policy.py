"""What can be kept of a typed profile, and what an address must have to be one. Pure.

What is kept is read by people, on a label and on a page: on one line, in NFC, and nothing invisible that turns the
text around (Unicode Technical Report 36, section 2.5). The joiners that some scripts need stay.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Final

from doorstep.failure import FieldError
from doorstep.profile.models import Profile, ShippingAddress

LONGEST_NAME: Final = 100
LONGEST_LINE: Final = 100
LONGEST_POSTAL_CODE: Final = 20
LONGEST_COUNTRY: Final = 2

COUNTRIES: Final = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA
    CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA
    GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS
    MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS
    RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW
    TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
    """.split()  # noqa: SIM905 -- a table, as people read it
)
"""ISO 3166-1 alpha-2, officially assigned; and Kosovo by the code that carriers and CLDR use for it."""

WITHOUT_POSTAL_CODES: Final = frozenset(
    """
    AE AG AO AQ AW BF BI BJ BO BQ BS BV BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK HM IE JM KI KM KN
    KP LC LY ML MO MR MW NR NU PA QA RW SB SC SL SO SR SS ST SX SY TD TF TG TK TL TO TV UG VU WS YE ZW
    """.split()  # noqa: SIM905 -- a table, as people read it
)
"""Where letters come without one, or often do: asking for it would keep somebody from their parcel."""

_LONGEST: Final = {"postal_code": LONGEST_POSTAL_CODE, "country": LONGEST_COUNTRY}
_MISSING: Final = {
    "recipient": "Tell us who the parcel is for.",
    "line1": "Tell us street and number.",
    "postal_code": "Tell us the postal code.",
    "city": "Tell us the city.",
    "country": "Choose a country.",
}
_UNREADABLE: Final = "This has characters that cannot be printed. Please type it anew."
_JOINERS: Final = "\u200c\u200d"  # Persian and the scripts of India are not written right without them
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def judge(typed: Profile) -> tuple[Profile, tuple[FieldError, ...]]:
    """The profile to keep, and what keeps it from being kept: the fields, each with a sentence for the person.

    An address of which nothing was filled in is none.
    """
    name, wrong = _judge_text(typed.name, "/name", LONGEST_NAME)
    errors = [*wrong]
    address = None
    if typed.shipping_address is not None:
        address, wrong = _judge_address(typed.shipping_address)
        errors += wrong
    return Profile(name, address), tuple(errors)


def _judge_address(typed: ShippingAddress) -> tuple[ShippingAddress | None, list[FieldError]]:
    errors: list[FieldError] = []
    tidied: dict[str, str] = {}
    for field, text in asdict(typed).items():
        tidied[field], wrong = _judge_text(text, _pointer(field), _LONGEST.get(field, LONGEST_LINE))
        errors += wrong
    if tidied["country"].isascii():  # «ß» would become «SS», a country
        tidied["country"] = tidied["country"].upper()
    address = replace(typed, **tidied)
    if not any(tidied.values()):
        return None, errors
    refused = {error.pointer for error in errors}
    errors += [error for error in _gaps(address) if error.pointer not in refused]
    return address, errors


def _gaps(address: ShippingAddress) -> Iterator[FieldError]:
    """What a parcel would not arrive without."""
    for field, text in asdict(address).items():
        is_needed = field in _MISSING and not (field == "postal_code" and address.country in WITHOUT_POSTAL_CODES)
        if is_needed and not text:
            yield FieldError(_pointer(field), _MISSING[field])
    if address.country and address.country not in COUNTRIES:
        yield FieldError(_pointer("country"), _MISSING["country"])


def _judge_text(typed: str, pointer: str, longest: int) -> tuple[str, list[FieldError]]:
    """The text on one line, in NFC, which may be longer than what was typed."""
    text = unicodedata.normalize("NFC", typed)
    if any(unicodedata.category(sign) in _UNPRINTABLE and sign not in _JOINERS for sign in text):
        return text, [FieldError(pointer, _UNREADABLE)]
    text = " ".join(text.split())
    if len(text) > longest:
        return text, [FieldError(pointer, f"Use at most {longest} characters.")]
    return text if text.strip(_JOINERS) else "", []


def _pointer(field: str) -> str:
    return f"/shipping_address/{field}"
