"""Whether everything that lies sealed can be opened, and whether a secret of before is still needed. Pure."""

from doorstep.doctor.models import Finding, Voice
from doorstep.secret_change.models import Part, Standing


def sealed(standing: Standing) -> Finding:
    """What opens with today's secret, with one before it, and with none."""
    voice = Voice("sealed")
    if standing.unreadable:
        what = _named(standing, "unreadable")
        return voice.fail(
            f"None of the secrets opens {what}: put the one they were sealed with into DOORSTEP_SECRET_FALLBACKS. "
            "If it is lost, give users whose app cannot be checked a log-in by `doorstep users reset-factors EMAIL`."
        )
    if standing.is_under_way:
        what = _named(standing, "former") or "nothing"
        return voice.warn(
            f"Under a secret before today's lies {what}: run `doorstep secret rotate` once every server has both."
        )
    if standing.former:
        sessions = max(each.sessions for each in standing.former)
        return voice.warn(
            "A secret before today's is still set, and only sessions need it that were not used since "
            f"({sessions}): take it out, at once if it leaked."
        )
    return voice.ok("All of it opens with today's secret.")


def _named(standing: Standing, which: str) -> str:
    counts = {part: getattr(standing.parts[part], which) for part in Part if part in standing.parts}
    return ", ".join(f"{count} {part}" for part, count in counts.items() if count)
