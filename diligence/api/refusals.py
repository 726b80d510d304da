"""What the API answers where it cannot give what is asked, and how its document says so."""

from typing import Any

PREFIX = "/api/v1/"
WHY = {
    "400": "What is asked for is no such value; each field has its sentences.",
    "401": "The token is missing, unknown, revoked or expired.",
    "403": "You may see this, but neither you nor your token may do it.",
    "404": "It does not exist, or not for you.",
}
WHY_NOT_WRITTEN = {
    "409": "Somebody was faster; read it again.",
    "415": "The API takes JSON.",
    "422": "It cannot be done, for the reason that is given.",
}
REFUSAL = {
    "type": "object",
    "description": "One sentence on why there is nothing.",
    "properties": {"detail": {"type": "string"}},
    "required": ["detail"],
}
MISTAKES = {
    "type": "object",
    "description": "The sentences on each field that was filled in wrongly.",
    "additionalProperties": {},
}


def described_refusals(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Adds the refusals to every operation of the document."""
    schemas = result["components"]["schemas"]
    schemas["Refusal"], schemas["Mistakes"] = REFUSAL, MISTAKES
    for path, operations in result["paths"].items():
        if path.startswith(PREFIX):
            for method, operation in operations.items():
                reasons = WHY if method == "get" else WHY | WHY_NOT_WRITTEN
                for status, why in reasons.items():
                    operation["responses"].setdefault(status, _refusal(status, why))
    return result


def _refusal(status: str, why: str) -> dict[str, Any]:
    name = "Mistakes" if status == "400" else "Refusal"
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": why, "content": {"application/json": {"schema": schema}}}
