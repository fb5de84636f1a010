#!/usr/bin/env python3
"""Holds saved plans against their published schema. Called by `cargo test`, with the Python of tests/openapi.

Usage: check.py SCHEMA <DOCUMENTS; DOCUMENTS is {"good": {name: document}, "bad": {name: document}}. Prints a line for
each good document that the schema refuses, and each bad one that it accepts. Exits 0 when there is none.
"""
import json
import pathlib
import sys

from jsonschema import Draft202012Validator


def main() -> int:
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    documents = json.load(sys.stdin)
    found = [
        f"{name}: {error.json_path}: {error.message[:200]}"
        for name, document in documents["good"].items()
        for error in validator.iter_errors(document)
    ]
    found += [f"{name}: is accepted" for name, document in documents["bad"].items() if validator.is_valid(document)]
    print("\n".join(found), end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
