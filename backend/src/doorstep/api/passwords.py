"""What the sign-up form asks while somebody types a password."""

from fastapi import APIRouter
from pydantic import Field

from doorstep.api.wire import LONGEST_TYPED_EMAIL, STORABLE, Arriving, Leaving, Password
from doorstep.api.wiring import Wired

router = APIRouter(prefix="/api/v1/passwords", tags=["passwords"])


class AssessmentRequest(Arriving):
    """A password that is being typed, and the e-mail beside it. Neither is logged or kept."""

    password: Password
    email: str | None = Field(default=None, max_length=LONGEST_TYPED_EMAIL, json_schema_extra=STORABLE)


class Reason(Leaving):
    """Why a password would be refused."""

    code: str
    message: str


class AssessmentView(Leaving):
    """Whether the password would be accepted, why not, and how hard it is to guess: 0 (at once) to 4 (very hard)."""

    accepted: bool
    reasons: list[Reason]
    strength: int = Field(ge=0, le=4)


@router.post("/assess")
async def assess(body: AssessmentRequest, wired: Wired) -> AssessmentView:
    """Judge a password by the same rules that sign-up applies."""
    assessment = await wired.passwords.assess(body.password.get_secret_value(), body.email)
    return AssessmentView(
        accepted=assessment.accepted,
        reasons=[Reason(code=reason.code, message=reason.message) for reason in assessment.reasons],
        strength=assessment.strength,
    )
