"""Starts the local cloud: MiniStack with our patches, an endpoint for SDKs and a front for people.

Both listeners live in this one process and are bound to 127.0.0.1. What the listeners answer
is in listeners.py; what MiniStack lacks or does otherwise than AWS is in edge_store.py, origins.py
and updates.py.

Exit codes: 0 stopped on request, 3 the installed MiniStack is not the version the patches are
made for, 4 no port could be bound. Anything else is a crash.
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import signal
import socket
import sys
from importlib import metadata

WANTED = "1.5.33"
HOST = "127.0.0.1"
WRONG_VERSION, NO_PORT = 3, 4


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", required=True, help="folder of the state, log and running.json")
    parser.add_argument("--identity", required=True, help="hash of launcher and requirements")
    parser.add_argument("--endpoint-port", type=int, required=True, help="preferred port for SDKs")
    parser.add_argument("--front-port", type=int, required=True, help="preferred port for people")
    return parser.parse_args()


def refuse_other_versions():
    """The patches reach into private functions, so another version could break silently."""
    try:
        found = metadata.version("ministack")
    except metadata.PackageNotFoundError:
        found = "none"
    if found != WANTED:
        print(f"ministack {WANTED} is wanted, found {found}", file=sys.stderr)
        raise SystemExit(WRONG_VERSION)


def bind(preferred):
    """A listening socket on the preferred port, or on any free one when that is taken."""
    for port in (preferred, 0):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            # macOS lets a loopback bind succeed beside a wildcard listener, so ask first.
            if port and someone_answers(port):
                raise OSError(f"port {port} is taken")
            listener.bind((HOST, port))
            listener.listen(256)
            listener.setblocking(False)
            return listener
        except OSError as error:
            listener.close()
            reason = error
    print(f"no port could be bound on {HOST}: {reason}", file=sys.stderr)
    raise SystemExit(NO_PORT)


def someone_answers(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def prepare_environment(root, endpoint_port):
    """What MiniStack reads at import, and what it hands down to every Lambda process."""
    state = os.path.join(root, "state")
    os.environ.update(
        {
            "GATEWAY_PORT": str(endpoint_port),
            "BIND_HOST": HOST,
            "MINISTACK_HOST": "localhost",
            # MiniStack does not give a Lambda its own address; AWS's SDKs read it from here.
            "AWS_ENDPOINT_URL": f"http://{HOST}:{endpoint_port}",
            "PERSIST_STATE": "1",
            "STATE_DIR": os.path.join(state, "services"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": os.path.join(state, "objects"),
            # Listeners on fixed ports of their own, and other people's containers: not for us.
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            "DOCKER_HOST": "unix://" + os.path.join(root, "no-docker"),
        }
    )
    for folder in (os.environ["STATE_DIR"], os.environ["S3_DATA_DIR"]):
        os.makedirs(folder, exist_ok=True)


def write_atomically(path, document):
    beside = path + ".new"
    with open(beside, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=2)
        file.write("\n")
    os.replace(beside, path)


async def serve(application, listeners):
    from hypercorn.asyncio import serve as run
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{listener.detach()}" for listener in listeners]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 3
    config.loglevel = "INFO"
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run(application, config, shutdown_trigger=stop.wait)


def end_own_processes():
    """Lambda bootstraps and edge workers share our process group and must not outlive us."""
    if os.getpgrp() != os.getpid():
        return
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(os.getpid(), signal.SIGTERM)


def main():
    arguments = parse_arguments()
    # The terminal that started us may be closed.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    refuse_other_versions()
    endpoint, front = bind(arguments.endpoint_port), bind(arguments.front_port)
    endpoint_port, front_port = endpoint.getsockname()[1], front.getsockname()[1]
    prepare_environment(arguments.root, endpoint_port)

    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import edge_store
    import listeners
    import origins
    import snapshots
    import updates

    edge_store.patch()
    origins.patch()
    listeners.patch()
    updates.patch()

    running = os.path.join(arguments.root, "running.json")
    about = {
        "pid": os.getpid(),
        "identity": arguments.identity,
        "ministack": WANTED,
        "python": platform.python_version(),
        "endpoint": f"http://{HOST}:{endpoint_port}/",
        "front": f"http://{HOST}:{front_port}/",
    }
    application = listeners.Listeners(
        front_port,
        about,
        on_ready=lambda: write_atomically(running, about),
        on_change=snapshots.note_change,
    )
    application = snapshots.Snapshots(application)
    try:
        asyncio.run(serve(application, [endpoint, front]))
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(running)
        end_own_processes()


if __name__ == "__main__":
    main()
