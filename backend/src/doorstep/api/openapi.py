"""The API's own description: FastAPI's, with every refusal told as it is answered."""

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from doorstep.api.problems import PROBLEM_JSON, Problem, refusals
from doorstep.failure import Failure, known_failures
from doorstep.web.failures import (
    HeadersTooLarge,
    InternalError,
    MalformedJson,
    RequestTimeout,
    TooLarge,
    UnsupportedMediaType,
    ValidationFailed,
    WrongHost,
)

_EVERYWHERE: tuple[type[Failure], ...] = (WrongHost, HeadersTooLarge, InternalError)
_WITH_BODY = (MalformedJson, RequestTimeout, TooLarge, UnsupportedMediaType, ValidationFailed)
_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")


class Api(FastAPI):
    """FastAPI with problems (RFC 9457) in its OpenAPI document instead of validation errors of its own."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document; made once."""
        if self.openapi_schema is not None:
            return self.openapi_schema
        document = super().openapi()
        schemas = document["components"]["schemas"]
        for name in _FRAMEWORKS_OWN:
            schemas.pop(name, None)
        schemas.update(_problem_schemas())
        for operations in document["paths"].values():
            for operation in operations.values():
                _tell_shared_refusals(operation)
        return document


def _problem_schemas() -> dict[str, Any]:
    _, told = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = told["$defs"]
    schemas["Problem"]["properties"]["code"]["enum"] = [failure.code for failure in known_failures()]
    return schemas


def _tell_shared_refusals(operation: dict[str, Any]) -> None:
    """Add what the web layer can refuse in front of every route, beside what the route itself refuses."""
    responses: dict[str, Any] = operation["responses"]
    with_parameters = (ValidationFailed,) if "422" in responses else ()
    for failure in (*_EVERYWHERE, *(_WITH_BODY if "requestBody" in operation else with_parameters)):
        status = str(failure.status)
        if PROBLEM_JSON in responses.get(status, {}).get("content", {}):
            responses[status]["description"] += f", `{failure.code}`"
        else:
            responses[status] = refusals(failure)[failure.status]
