"""What browsers meet: the public URL, cookies, the proxies in front. Pure."""

from doorstep.doctor.models import Finding, Heard, Voice

MARK = "198.51.100.77"
"""What the doctor claims to be in `X-Forwarded-For`: an address of nobody (RFC 5737)."""

_WRONG_HOST = 421
_FORBIDDEN = 403
_DONE = 204


def public_url(origin: str, *, https: bool, listens_on_loopback: bool) -> Finding:
    """Whether people elsewhere can come, and nobody on the way can read."""
    voice = Voice("public URL")
    if https:
        return voice.ok(f"{origin}: people come by https.")
    if not listens_on_loopback:
        return voice.fail(
            f"DOORSTEP_HOST lets other machines in, but {origin} is for this one only: "
            "set DOORSTEP_PUBLIC_URL to the https address that people type."
        )
    return voice.warn(
        f"{origin} is for this machine only: set DOORSTEP_PUBLIC_URL to an https address before others come."
    )


def answers(origin: str, heard: Heard, *, runs: bool) -> Finding:
    """Whether a Doorstep answers at the public URL; `runs` says that one does by the server's own address."""
    voice = Voice("server")
    if heard.trouble is not None and not runs:
        return voice.warn(f"{origin} could not be asked: {heard.trouble}. Start `doorstep serve`, and ask again.")
    wrong = _what_is_wrong(origin, heard)
    return voice.ok(f"A Doorstep answers at {origin}.") if wrong is None else voice.fail(wrong)


def _what_is_wrong(origin: str, heard: Heard) -> str | None:
    if heard.trouble is not None:
        return f"The server runs, and {origin} does not lead to it: {heard.trouble}. Look at the proxy there."
    if not heard.is_doorstep:
        return f"What answers at {origin} is no Doorstep: correct DOORSTEP_PUBLIC_URL, or the proxy there."
    if heard.act == _WRONG_HOST:
        nginx = "`proxy_set_header Host $http_host;`"
        return f"The proxy at {origin} does not hand on the Host header: let it (nginx: {nginx})."
    if heard.act == _FORBIDDEN:
        return f"The server does not take {origin} for its own: set DOORSTEP_PUBLIC_URL to it for the server too."
    if heard.act != _DONE:
        return f"{origin} answers log-out with {heard.act}: look into the server's log."
    return None


def same_database(heard: Heard, kids: frozenset[str]) -> Finding | None:
    """Whether the server that answers has the keys of the database that was looked at."""
    if not heard.kids or heard.kids & kids:
        return None
    return Voice("settings").fail(
        "The server that answers uses another database than this command: run the doctor with the server's settings."
    )


def hsts(heard: Heard, *, https: bool) -> Finding | None:
    """Whether browsers are told to come by https only (RFC 6797)."""
    if not https or not heard.is_doorstep:
        return None
    voice = Voice("https only")
    if heard.hsts:
        return voice.ok("Browsers are told to come by https only.")
    return voice.fail("The proxy takes Strict-Transport-Security out of the answers: let it pass.")


def cookie_flags(where: str, heard: Heard, *, https: bool) -> Finding | None:
    """Whether the cookies that arrive are kept from scripts, other sites and plain http (RFC 6265bis)."""
    if heard.act != _DONE:
        return None
    voice = Voice("cookies")
    if not heard.cookies:
        return voice.fail(f"No Set-Cookie arrives from {where}: let the proxy pass it on, or nobody stays logged in.")
    wanted = {"httponly", "samesite=strict", "path=/"} | ({"secure"} if https else set())
    for cookie in heard.cookies:
        name, *flags = (part.strip() for part in cookie.split(";"))
        found = {flag.lower() for flag in flags}
        lacking = sorted(wanted - found)
        if lacking:
            return voice.fail(f"A cookie from {where} arrives without {', '.join(lacking)}: the proxy changes it.")
        if any(flag.startswith("domain=") for flag in found):
            return voice.fail(f"A cookie from {where} arrives with a Domain, for other hosts too: the proxy adds it.")
        if https and not name.startswith("__Host-"):
            return voice.fail(f"A cookie from {where} has no __Host- name: run the server with the https public URL.")
    return voice.ok(f"Cookies arrive from {where} as they should: {', '.join(sorted(wanted))}.")


def client_address(heard: Heard, trusted: int) -> Finding | None:
    """Whether the server finds the client's address behind the proxies, and believes nobody else about it.

    The doctor's request claimed to come from `MARK`; proxies appended what they saw behind it.
    """
    if not heard.is_doorstep:
        return None
    voice = Voice("client address")
    if heard.saw is None:
        return voice.warn(
            "The server did not show what it saw: it was started with another DOORSTEP_SECRET, or is an older Doorstep."
        )
    chain, address = heard.saw.forwarded, heard.saw.address
    proxies = len(chain) - 1 - chain.index(MARK) if MARK in chain else len(chain)
    mend = f"set DOORSTEP_TRUSTED_PROXIES={proxies}"
    if address == MARK:
        return voice.fail(f"Anybody can claim any address in X-Forwarded-For: {mend}.")
    if proxies > trusted:
        return voice.fail(f"The server takes a proxy for the client, so all people share one throttle: {mend}.")
    if proxies < trusted:
        return voice.fail(f"The server believes {trusted} proxies, and {proxies} wrote down an address: {mend}.")
    told = f"it believes the {proxies} that write X-Forwarded-For" if proxies else "no proxy is believed"
    return voice.ok(f"The server sees this machine as {address}; {told}.")


def way_around(trusted: int, *, listens_on_loopback: bool) -> Finding | None:
    """Whether somebody could reach the server past the proxy, and then claim an address."""
    if not trusted or listens_on_loopback:
        return None
    return Voice("way around the proxy").warn(
        "Other machines may reach the server past the proxy and claim any address: "
        "set DOORSTEP_HOST=127.0.0.1, or let the firewall allow the proxy only."
    )
