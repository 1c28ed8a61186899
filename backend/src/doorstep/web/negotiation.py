"""Reading what a browser accepts and already has (RFC 9110 sections 12.5 and 13.1)."""

from collections.abc import Collection


def best_encoding(accepted: str, available: Collection[str]) -> str:
    """The content coding to send, of `available` in order of our preference, by the `Accept-Encoding` line `accepted`.

    `identity` when nothing else fits, even when it is refused: a readable answer serves better than a 406.
    """
    wishes = _weights(accepted)
    others = wishes.get("*", 0.0)
    weighed = {coding: wishes.get(coding, others) for coding in available if coding != "identity"}
    best = max(weighed, key=weighed.__getitem__, default="identity")
    return best if weighed.get(best, 0.0) > 0 and weighed[best] >= wishes.get("identity", 0.0) else "identity"


def accepts_html(accepted: str) -> bool:
    """Whether the `Accept` line `accepted` asks for pages by name, as browsers do when somebody follows a link."""
    return _weights(accepted).get("text/html", 0.0) > 0


def matches_etag(known: str, etag: str) -> bool:
    """Whether the `If-None-Match` line `known` has `etag`, compared weakly, as that header wants."""
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return etag in tags or "*" in tags


def _weights(line: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for entry in line.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        try:
            weights[name] = min(max(float(quality), 0.0), 1.0)
        except ValueError:
            weights[name] = 0.0
    return weights
