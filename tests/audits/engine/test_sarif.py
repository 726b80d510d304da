"""The findings as SARIF 2.1.0: the parts of its schema that viewers stand on."""

import jsonschema

from audits.engine.sarif import sarif
from tests.audits.literal import REPORT

ESSENTIAL = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {"required": ["id"]},
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "required": ["message", "ruleId", "ruleIndex", "level", "locations"],
                            "properties": {
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {
                                    "required": ["text"],
                                    "properties": {"text": {"type": "string", "minLength": 1}},
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def test_it_has_the_essential_structure() -> None:
    jsonschema.validate(sarif(REPORT, "0.1.0"), ESSENTIAL)


def test_a_finding_points_to_its_rule_and_its_place() -> None:
    (run,) = sarif(REPORT, "0.1.0")["runs"]
    first, second = run["results"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[r["ruleIndex"]]["id"] for r in (first, second)] == [
        "governance/secrets-committed",
        "governance/unsafe-model-serialization",
    ]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "src/sp%20ace%7C.py", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 7}
    assert (first["level"], second["level"]) == ("error", "note")
    assert first["partialFingerprints"] != second["partialFingerprints"]


def test_what_was_skipped_is_said() -> None:
    (run,) = sarif(REPORT, "0.1.0")["runs"]
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"] == "Skipped big.csv: larger than the limit of 2 MB"
