"""Whether every plan that somebody is subscribed to is still in the settings. Pure."""

from collections.abc import Collection, Mapping

from doorstep.doctor.models import Finding, Voice


def known(subscribed: Mapping[str, int], codes: Collection[str]) -> Finding:
    """`subscribed` counts the subscriptions that go on by the code of their plan; `codes` are in the settings."""
    voice = Voice("plans")
    gone = {code: count for code, count in sorted(subscribed.items()) if code not in codes}
    if gone:
        what = ", ".join(f"{code} ({count})" for code, count in gone.items())
        return voice.warn(
            f"DOORSTEP_PLANS lacks what users are subscribed to: {what}. They see the bare code and no description: "
            "put the plan back, or end the subscriptions before it goes."
        )
    return voice.ok("Every plan that somebody is subscribed to is in DOORSTEP_PLANS.")
