"""What is kept of a profile, what is refused, and at which field that is told."""

from dataclasses import replace

import pytest

from doorstep.profile.models import Profile, ShippingAddress
from doorstep.profile.policy import COUNTRIES, WITHOUT_POSTAL_CODES, judge
from tests.profiles.addresses import HOME

NOWHERE = ShippingAddress("", "", "", "", "", "", "")


def pointers(typed: Profile) -> list[str]:
    return [error.pointer for error in judge(typed)[1]]


def test_what_is_typed_is_kept_tidily() -> None:
    typed = replace(HOME, recipient="  Ada\u00a0 King ", line1="1 E\u0301cole", country="gb")
    kept, errors = judge(Profile(" Ada  Lovelace ", typed))
    assert errors == ()
    assert kept == Profile("Ada Lovelace", replace(HOME, recipient="Ada King", line1="1 \u00c9cole"))


@pytest.mark.parametrize("typed", [None, NOWHERE, replace(NOWHERE, city="  ", line2="\u200d", region="\u3000")])
def test_an_address_with_nothing_in_it_is_none(typed: ShippingAddress | None) -> None:
    assert judge(Profile("", typed)) == (Profile(), ())


@pytest.mark.asvs("v5.0.0-2.2.3")
def test_half_an_address_names_what_is_missing() -> None:
    needed = ["recipient", "line1", "postal_code", "city", "country"]
    for field in ("region", "line2"):
        typed = Profile("", replace(NOWHERE, **{field: "Kent"}))
        assert pointers(typed) == [f"/shipping_address/{name}" for name in needed]
    for field in needed:
        assert pointers(Profile("", replace(HOME, **{field: " "}))) == [f"/shipping_address/{field}"]
    assert judge(Profile("", replace(HOME, line2="", region="")))[1] == ()


def test_no_postal_code_is_asked_for_where_there_are_none() -> None:
    assert pointers(Profile("", replace(HOME, postal_code="", country="HK"))) == []
    assert pointers(Profile("", replace(HOME, postal_code="", country="NO"))) == ["/shipping_address/postal_code"]
    assert WITHOUT_POSTAL_CODES < COUNTRIES
    assert len(COUNTRIES) == 250
    assert "XK" in COUNTRIES  # Kosovo, which ISO has not assigned; carriers and CLDR have


@pytest.mark.parametrize("country", ["XX", "UK", "A", "4", "ZZ", "ÅÄ", "ß", "\ufb01"])
def test_a_country_is_one_of_the_list(country: str) -> None:
    assert pointers(Profile("", replace(HOME, country=country))) == ["/shipping_address/country"]


@pytest.mark.asvs("v5.0.0-2.2.1")
@pytest.mark.parametrize(
    "sign", ["\n", "\t", "\x00", "\x1b", "\x85", "\u202e", "\u2066", "\u200f", "\u2028", "\ud800", "\ufeff", "\ue000"]
)
def test_what_cannot_be_printed_is_refused_in_every_field(sign: str) -> None:
    text = f"a{sign}b"
    assert pointers(Profile(text)) == ["/name"]
    for field in ("recipient", "line1", "line2", "postal_code", "city", "region"):
        assert pointers(Profile("", replace(HOME, **{field: text}))) == [f"/shipping_address/{field}"]


@pytest.mark.parametrize(
    "name", ["\u0645\u06cc\u200c\u0645", "श्री\u200dमती", "李小龍", "Þóra Ægisdóttir", "O'Neill-Żak (jr.)"]
)
def test_names_of_the_world_are_kept(name: str) -> None:
    assert judge(Profile(name))[1] == ()


def test_each_field_has_a_bound_also_where_it_grows_by_normalising() -> None:
    assert pointers(Profile("x" * 100)) == []
    assert pointers(Profile("x" * 101)) == ["/name"]
    assert pointers(Profile("\ufb1d" * 51)) == ["/name"]  # two code points each in NFC
    assert pointers(Profile("", replace(HOME, postal_code="1" * 21))) == ["/shipping_address/postal_code"]
