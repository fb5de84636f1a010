#!/usr/bin/env python3
"""Lints the template snapshots: of src/stack (every environment in both site modes, and the bootstrap stacks) and of
src/permissions (a pipeline's roles).

Run with the Python of a virtual environment into which requirements.txt is installed. That the snapshots are what
`qdn-infra synth` prints is `cargo test`'s business. Exits 0 when the linter reports nothing.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = HERE.parent.parent / "src"
SNAPSHOTS = [SOURCES / "stack/tests/snapshots", SOURCES / "permissions/snapshots"]
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "111122223333"}


def templates(folder: pathlib.Path) -> list[str]:
    """The snapshots as plain JSON files in `folder`."""
    paths = []
    for snapshot in sorted(path for place in SNAPSHOTS for path in place.glob("*.snap")):
        # A snapshot is a header between two lines of dashes, then the template.
        _, _, template = snapshot.read_text().split("---\n", 2)
        path = folder / f"{snapshot.stem.rsplit('__', 1)[-1]}.json"
        path.write_text(template)
        paths.append(str(path))
        if "permissions" in snapshot.parts:
            # Whether an action fits what it is allowed on is seen only where names are no expressions.
            path = path.with_suffix(".names.json")
            path.write_text(json.dumps(spelled_out(json.loads(template))))
            paths.append(str(path))
    return paths


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
    if code == 0:
        print(f"cfn-lint: nothing to report on {len(paths)} templates", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
