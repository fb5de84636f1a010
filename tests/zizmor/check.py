#!/usr/bin/env python3
"""Lints the workflows of .github: their shape against GitHub's schema, each shell script for syntax, and everything for
what zizmor knows to be unsafe. Nothing is asked over a network.

Run with the Python of a virtual environment into which requirements.txt is installed. Exits 0 when nothing is found.
"""
import pathlib
import subprocess
import sys

from ruamel.yaml import YAML

HERE = pathlib.Path(__file__).resolve().parent
WORKFLOWS = HERE.parent.parent / ".github/workflows"
TOOLS = pathlib.Path(sys.executable).parent


def scripts(workflow: pathlib.Path):
    """Every `run` of a workflow, with the name of its job."""
    for name, job in YAML(typ="safe").load(workflow)["jobs"].items():
        for step in job.get("steps", []):
            if "run" in step:
                yield name, step["run"]


def main() -> int:
    workflows = sorted(WORKFLOWS.glob("*.yml"))
    if not workflows:
        print(f"no workflows in {WORKFLOWS}", file=sys.stderr)
        return 1
    shape = [TOOLS / "check-jsonschema", "--quiet", "--builtin-schema", "vendor.github-workflows", *workflows]
    safety = [
        TOOLS / "zizmor", "--quiet", "--offline", "--no-progress", "--persona", "auditor",
        "--config", HERE / "zizmor.yml", WORKFLOWS,
    ]
    failed = [command[0].name for command in (shape, safety) if subprocess.run(command, check=False).returncode]
    checked = 0
    for workflow in workflows:
        for job, script in scripts(workflow):
            checked += 1
            parsed = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
            if parsed.returncode:
                failed.append(f"{workflow.name}, job {job}: {parsed.stderr.strip()}")
    for what in failed:
        print(f"workflows: {what}", file=sys.stderr)
    if not failed:
        print(f"workflows: nothing to report on {len(workflows)} files and {checked} scripts", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
