"""docs/protecting-another-service.md says what a token really holds."""

import json
import re
from base64 import urlsafe_b64decode

from tests.builders import GOOD_PASSWORD
from tests.docs.pages import ROOT
from tests.world import PHONE, World

PAGE = (ROOT / "docs/protecting-another-service.md").read_text(encoding="utf-8")


def part(text: str) -> dict[str, object]:
    decoded: dict[str, object] = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return decoded


async def test_the_table_has_exactly_the_claims_of_a_token(world: World) -> None:
    new = await world.services.sign_up.register("ada@example.org", GOOD_PASSWORD, remember=False, client=PHONE)
    header, payload, _ = new.grant.access_token.split(".")
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(part(payload))
    assert part(header) | {"kid": ""} == {"alg": "ES256", "typ": "at+jwt", "kid": ""}
    assert part(payload)["aud"] == f"{part(payload)['iss']}/api"
