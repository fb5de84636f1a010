"""What stands in an SBOM, of a build that is made up."""
import hashlib
import json
import pathlib
import tempfile
import unittest

import sbom

LOCK = """\
[[package]]
name = "linked"
version = "1.0.0"
source = "registry"
checksum = "aa11"

[[package]]
name = "program"
version = "0.1.0"
"""


def package(name: str, version: str = "1.0.0", kind: str = "lib", licence: str = "MIT") -> dict:
    return {"id": f"id-{name}", "name": name, "version": version, "license": licence, "targets": [{"kind": [kind]}]}


def depends(*names: str, kind=None) -> list[dict]:
    return [{"pkg": f"id-{name}", "dep_kinds": [{"kind": kind}]} for name in names]


METADATA = {
    "packages": [
        package("program", "0.1.0", "bin"),
        package("linked", licence="MIT/Apache-2.0"),
        package("macro", kind="proc-macro"),
        package("of-macro"),
        package("builds"),
        package("of-tests"),
        package("elsewhere"),
    ],
    "workspace_members": ["id-program"],
    "resolve": {
        "nodes": [
            {
                "id": "id-program",
                "deps": depends("linked", "macro", "elsewhere")
                + depends("builds", kind="build")
                + depends("of-tests", kind="dev"),
            },
            {"id": "id-linked", "deps": []},
            {"id": "id-macro", "deps": depends("of-macro")},
            {"id": "id-of-macro", "deps": []},
            {"id": "id-builds", "deps": []},
            {"id": "id-of-tests", "deps": []},
            {"id": "id-elsewhere", "deps": []},
        ]
    },
}

# Neither what tests need nor what only another platform has was compiled.
COMPILED = ["program", "linked", "macro", "of-macro", "builds"]


def messages(names: list[str]) -> str:
    lines = [{"reason": "compiler-artifact", "package_id": f"id-{name}"} for name in names]
    return "\n".join(json.dumps(line) for line in [*lines, {"reason": "build-finished", "success": True}])


class Document(unittest.TestCase):
    def written(self, order: list[str]) -> dict:
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "program"
            program.write_bytes(b"built")
            return sbom.document(program, METADATA, messages(order), LOCK, 1_700_000_000)

    def test_lists_what_was_compiled_and_what_of_it_is_in_the_program(self):
        found = {one["name"]: one["scope"] for one in self.written(COMPILED)["components"]}
        wanted = {"linked": "required", "macro": "excluded", "of-macro": "excluded", "builds": "excluded"}
        self.assertEqual(found, wanted)

    def test_names_program_and_packages_by_their_content(self):
        document = self.written(COMPILED)
        (linked,) = (one for one in document["components"] if one["name"] == "linked")
        self.assertEqual(linked["hashes"], [{"alg": "SHA-256", "content": "aa11"}])
        self.assertEqual(linked["licenses"], [{"expression": "MIT OR Apache-2.0"}])
        program = document["metadata"]["component"]
        self.assertEqual(program["hashes"][0]["content"], hashlib.sha256(b"built").hexdigest())
        self.assertEqual(document["metadata"]["timestamp"], "2023-11-14T22:13:20Z")

    def test_tells_what_depends_on_what(self):
        graph = {one["ref"]: one["dependsOn"] for one in self.written(COMPILED)["dependencies"]}
        wanted = ["pkg:cargo/builds@1.0.0", "pkg:cargo/linked@1.0.0", "pkg:cargo/macro@1.0.0"]
        self.assertEqual(graph["pkg:cargo/program@0.1.0"], wanted)
        self.assertEqual(graph["pkg:cargo/macro@1.0.0"], ["pkg:cargo/of-macro@1.0.0"])

    def test_is_the_same_in_whatever_order_cargo_built_and_another_for_another_build(self):
        one, other = self.written(COMPILED), self.written(COMPILED[::-1])
        self.assertEqual(json.dumps(one), json.dumps(other))
        less = self.written(COMPILED[:-1])
        self.assertNotEqual(less["serialNumber"], one["serialNumber"])


if __name__ == "__main__":
    unittest.main()
