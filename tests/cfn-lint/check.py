#!/usr/bin/env python3
"""Lints the template snapshots of src/stack (every environment in both site modes, and the bootstrap stacks).

Run with the Python of a virtual environment into which requirements.txt is installed. That the snapshots are what
`qdn-infra synth` prints is `cargo test`'s business. Exits 0 when the linter reports nothing.
"""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SNAPSHOTS = HERE.parent.parent / "src/stack/tests/snapshots"


def templates(folder: pathlib.Path) -> list[str]:
    """The snapshots as plain JSON files in `folder`."""
    paths = []
    for snapshot in sorted(SNAPSHOTS.glob("*.snap")):
        # A snapshot is a header between two lines of dashes, then the template.
        _, _, template = snapshot.read_text().split("---\n", 2)
        path = folder / f"{snapshot.stem.rsplit('__', 1)[-1]}.json"
        path.write_text(template)
        paths.append(str(path))
    return paths


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        paths = templates(pathlib.Path(folder))
        if not paths:
            print(f"no template snapshots in {SNAPSHOTS}", file=sys.stderr)
            return 1
        config = str(HERE / "cfnlintrc.yaml")
        linter = pathlib.Path(sys.executable).parent / "cfn-lint"
        code = subprocess.run([linter, "--config-file", config, "--", *paths], check=False).returncode
    if code == 0:
        print(f"cfn-lint: nothing to report on {len(paths)} templates", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
