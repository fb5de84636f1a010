#!/usr/bin/env python3
"""Lints the template snapshots: of src/stack (every environment in both site modes, and the bootstrap stacks) and of
src/permissions (a pipeline's roles). Compares what src/permissions allows CloudFormation's handlers with what the
registry of types, as the linter brings it, says that they need.

Run with the Python of a virtual environment into which requirements.txt is installed. That the snapshots are what
`qdn-infra synth` prints is `cargo test`'s business. Exits 0 when the linter reports nothing.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import cfnlint

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = HERE.parent.parent / "src"
SNAPSHOTS = [SOURCES / "stack/tests/snapshots", SOURCES / "permissions/snapshots"]
HANDLERS = SOURCES / "permissions/snapshots/qdn_infra__permissions__tests__handlers.snap"
# What the registry names and nothing that is declared here needs, each with why.
UNUSED = {
    "ec2:DescribeNetworkInterfaces": "no function is in a network of ours",
    "iam:DetachGroupPolicy": "policies are given to roles alone",
    "iam:DetachRolePolicy": "only the bootstrap stack's log role has one, with the row of managed policies",
    "iam:DetachUserPolicy": "policies are given to roles alone",
    "kms:Decrypt": "nothing has a key of its own",
    "logs:DeleteDataProtectionPolicy": "no log group has one",
    "s3:DeleteBucketTagging": "no action of IAM's: s3:PutBucketTagging allows it",
}
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "111122223333"}


def templates(folder: pathlib.Path) -> list[str]:
    """The snapshots as plain JSON files in `folder`."""
    paths = []
    for snapshot in sorted(path for place in SNAPSHOTS for path in place.glob("*.snap")):
        if snapshot == HANDLERS:
            continue
        template = content(snapshot)
        path = folder / f"{snapshot.stem.rsplit('__', 1)[-1]}.json"
        path.write_text(template)
        paths.append(str(path))
        if "permissions" in snapshot.parts:
            # Whether an action fits what it is allowed on is seen only where names are no expressions.
            path = path.with_suffix(".names.json")
            path.write_text(json.dumps(spelled_out(json.loads(template))))
            paths.append(str(path))
    return paths


def content(snapshot: pathlib.Path) -> str:
    """A snapshot is a header between two lines of dashes, then what was seen."""
    return snapshot.read_text().split("---\n", 2)[2]


def registry() -> dict[str, dict]:
    """The schema of every type that a row is about."""
    schemas = pathlib.Path(cfnlint.__file__).parent / "data/schemas"
    files = json.loads((schemas / "providers/us-east-1.json").read_text())
    read = lambda name: json.loads((schemas / "resources" / name).with_suffix(".json").read_text())
    return {kind: read(files[kind]) for kind in json.loads(content(HANDLERS))}


def missing() -> list[str]:
    """What a handler needs to read, to tag or to delete and its row does not allow; and what is unused no more."""
    rows, schemas = json.loads(content(HANDLERS)), registry()
    found, unused = [], set()
    for kind, row in rows.items():
        handlers, tagging = schemas[kind].get("handlers", {}), schemas[kind].get("tagging", {})
        allowed = {action for actions in row.values() for action in actions}
        wanted = {
            "read": (handlers.get("read", {}).get("permissions", []), set(row["read"])),
            "delete": (handlers.get("delete", {}).get("permissions", []), allowed),
            "tag": (tagging.get("permissions", []), allowed),
        }
        for what, (needed, given) in wanted.items():
            lacking = set(needed) - given
            unused |= lacking & UNUSED.keys()
            found += [f"{kind}: to {what} it takes {action}" for action in sorted(lacking - UNUSED.keys())]
    return found + [f"{action} is not needed to be excused any more" for action in sorted(UNUSED.keys() - unused)]


def spelled_out(value):
    """The value with account, region and partition put into every text."""
    if isinstance(value, list):
        return [spelled_out(item) for item in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["Fn::Sub"]:
        text = value["Fn::Sub"]
        for name, known in PSEUDO.items():
            text = text.replace("${" + name + "}", known)
        return text
    return {key: spelled_out(item) for key, item in value.items()}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        paths = templates(pathlib.Path(folder))
        for place in SNAPSHOTS:
            if not any(place.glob("*.snap")):
                print(f"no template snapshots in {place}", file=sys.stderr)
                return 1
        config = str(HERE / "cfnlintrc.yaml")
        linter = pathlib.Path(sys.executable).parent / "cfn-lint"
        code = subprocess.run([linter, "--config-file", config, "--", *paths], check=False).returncode
    for problem in missing():
        print(f"src/permissions/handlers: {problem}", file=sys.stderr)
        code = 1
    if code == 0:
        print(f"cfn-lint: nothing to report on {len(paths)} templates", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
