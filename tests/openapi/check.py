#!/usr/bin/env python3
"""Checks that the snapshot of the API's document (src/openapi) is OpenAPI 3.1, and every example in it what its schema says.

Run with the Python of a virtual environment into which requirements.txt is installed. That the snapshot is what
`qdn-infra openapi` prints is `cargo test`'s business. Exits 0 when there is nothing to report.
"""
import json
import pathlib
import sys

import jsonschema
import openapi_spec_validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

HERE = pathlib.Path(__file__).resolve().parent
SNAPSHOT = HERE.parent.parent / "src/openapi/snapshots/qdn_infra__openapi__tests__document.snap"


def bodies(value, place=""):
    """Every media type with a schema, and where it stands."""
    if isinstance(value, dict):
        if "schema" in value and ("example" in value or "examples" in value):
            yield place, value
        for name, inner in value.items():
            yield from bodies(inner, f"{place}/{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from bodies(inner, f"{place}/{index}")


def faults(document: dict) -> tuple[int, list[str]]:
    """How many examples there are, and which of them their schema refuses."""
    registry = Registry().with_resource("urn:document", Resource(contents=document, specification=DRAFT202012))
    count, found = 0, []
    for place, body in bodies(document):
        schema = json.loads(json.dumps(body["schema"]).replace('"#/', '"urn:document#/'))
        validator = jsonschema.Draft202012Validator(
            schema, registry=registry, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )
        examples = [example["value"] for example in body.get("examples", {}).values()]
        for example in examples + ([body["example"]] if "example" in body else []):
            count += 1
            found += [f"{place}: {error.message}" for error in validator.iter_errors(example)]
    return count, found


def main() -> int:
    # A snapshot is a header between two lines of dashes, then the document.
    _, _, text = SNAPSHOT.read_text().split("---\n", 2)
    document = json.loads(text)
    found = [str(error) for error in openapi_spec_validator.OpenAPIV31SpecValidator(document).iter_errors()]
    count, wrong = faults(document)
    if count < 50:
        found.append(f"only {count} examples were found")
    found += wrong
    for fault in found:
        print(fault, file=sys.stderr)
    if not found:
        print(f"openapi: nothing to report on {len(document['paths'])} paths and {count} examples", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
