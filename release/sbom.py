#!/usr/bin/env python3
"""Writes the SBOM of a program that cargo built: CycloneDX 1.5, as JSON, on stdout.

Lists what the build really compiled, told by cargo's own messages, with the checksums of Cargo.lock. Nothing in it depends
on the machine, the folder or the time of the build: the time is SOURCE_DATE_EPOCH, the serial number follows from the
content. Crates that only worked during the build (build scripts, procedural macros, and what only they use) are no part
of the program; they are listed with the scope `excluded`.

usage: sbom.py PROGRAM METADATA MESSAGES LOCK
    PROGRAM   the file that was built; its name is the package's
    METADATA  what `cargo metadata --format-version 1 --filter-platform …` printed
    MESSAGES  what `cargo build --message-format json` printed
    LOCK      Cargo.lock
"""
import datetime
import hashlib
import json
import os
import pathlib
import re
import sys
import uuid

# Names of serial numbers: any fixed UUID does.
NAMESPACE = uuid.UUID("6a0cfd0e-9d5b-5b0c-8f3c-2d2f5b1f7a10")


def checksums(lock: str) -> dict[tuple[str, str], str]:
    """The SHA-256 of every package of a registry, by name and version."""
    found = {}
    for block in lock.split("[[package]]")[1:]:
        fields = dict(re.findall(r'^(name|version|checksum) = "(.*)"$', block, re.MULTILINE))
        if "checksum" in fields:
            found[fields["name"], fields["version"]] = fields["checksum"]
    return found


def compiled(messages: str) -> set[str]:
    """The ids of all packages that the build compiled something of, or found compiled."""
    lines = (json.loads(line) for line in messages.splitlines() if line.startswith("{"))
    return {line["package_id"] for line in lines if line["reason"] == "compiler-artifact"}


def is_macro(package: dict) -> bool:
    """Whether it runs inside the compiler."""
    return any("proc-macro" in target["kind"] for target in package["targets"])


def linked(root: str, edges: dict[str, list[str]], packages: dict[str, dict]) -> set[str]:
    """The packages whose code is part of the program: reached without a step into the compiler."""
    seen, left = {root}, [root]
    while left:
        for other in edges[left.pop()]:
            if other not in seen and not is_macro(packages[other]):
                seen.add(other)
                left.append(other)
    return seen


def dependencies(metadata: dict, used: set[str], kinds: set) -> dict[str, list[str]]:
    """What each used package depends on, by ids, as far as it was compiled; `kinds` as cargo names them, None is the
    usual one."""
    edges = {}
    for node in metadata["resolve"]["nodes"]:
        if node["id"] in used:
            wanted = (dep["pkg"] for dep in node["deps"] if kinds & {kind["kind"] for kind in dep["dep_kinds"]})
            edges[node["id"]] = sorted(set(wanted) & used)
    return edges


def component(package: dict, sums: dict[tuple[str, str], str]) -> dict:
    """A package as a component."""
    name, version = package["name"], package["version"]
    url = f"pkg:cargo/{name}@{version}"
    described = {"type": "library", "bom-ref": url, "name": name, "version": version, "purl": url}
    if (name, version) in sums:
        described["hashes"] = [{"alg": "SHA-256", "content": sums[name, version]}]
    if package["license"]:
        # Before SPDX expressions `/` meant `OR`.
        described["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    return described


def document(program: pathlib.Path, metadata: dict, messages: str, lock: str, epoch: int) -> dict:
    """The whole document."""
    packages = {package["id"]: package for package in metadata["packages"]}
    (root,) = (
        package["id"]
        for package in packages.values()
        if package["name"] == program.name and package["id"] in metadata["workspace_members"]
    )
    used = compiled(messages)
    inside = linked(root, dependencies(metadata, used, {None}), packages)
    sums = checksums(lock)
    components = []
    for one in sorted(used - {root}, key=lambda one: (packages[one]["name"], packages[one]["version"])):
        scope = "required" if one in inside else "excluded"
        components.append(component(packages[one], sums) | {"scope": scope})
    top = component(packages[root], sums) | {
        "type": "application",
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(program.read_bytes()).hexdigest()}],
    }
    reference = {one: component(packages[one], sums)["bom-ref"] for one in used}
    graph = dependencies(metadata, used, {None, "build"})
    moment = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)
    content = {
        "metadata": {"timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "component": top},
        "components": components,
        "dependencies": [
            {"ref": reference[one], "dependsOn": sorted(reference[other] for other in others)}
            for one, others in sorted(graph.items(), key=lambda entry: reference[entry[0]])
        ],
    }
    serial = uuid.uuid5(NAMESPACE, json.dumps(content, sort_keys=True))
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": serial.urn, "version": 1, **content}


def main() -> int:
    if len(sys.argv) != 5 or "SOURCE_DATE_EPOCH" not in os.environ:
        print(__doc__, file=sys.stderr)
        return 3
    program, metadata, messages, lock = (pathlib.Path(argument) for argument in sys.argv[1:])
    written = document(
        program,
        json.loads(metadata.read_text()),
        messages.read_text(),
        lock.read_text(),
        int(os.environ["SOURCE_DATE_EPOCH"]),
    )
    json.dump(written, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
