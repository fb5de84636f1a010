"""Keeps the state on disk while the local cloud runs.

MiniStack writes its services' state at a clean stop only, but objects in buckets at once. After a
crash the two would disagree: buckets full of objects, and no stack that owns them. So the state is
also written a few seconds after something changed, never in the middle of a stack operation.
"""

import asyncio
import logging

from ministack import app
from ministack.core import persistence
from ministack.services import cloudformation

logger = logging.getLogger("qdn.snapshots")

SECONDS = 5
changed = False


def note_change():
    global changed
    changed = True


def an_operation_runs():
    # REVIEW_IN_PROGRESS is no operation: such a stack waits for its first change set, perhaps forever.
    return any(
        stack["StackStatus"].endswith("_IN_PROGRESS") and stack["StackStatus"] != "REVIEW_IN_PROGRESS"
        for stack in cloudformation._stacks._data.values()
    )


async def keep_saving():
    global changed
    while True:
        await asyncio.sleep(SECONDS)
        if changed and not an_operation_runs():
            changed = False
            persistence.save_all(app._build_persistence_save_dict())


class Snapshots:
    """Saves from startup to shutdown of the application it wraps."""

    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        if scope["type"] != "lifespan":
            await self.application(scope, receive, send)
            return
        # Silence one line per service and snapshot.
        logging.getLogger("persistence").setLevel(logging.WARNING)
        task = asyncio.create_task(keep_saving())
        try:
            await self.application(scope, receive, send)
        finally:
            task.cancel()
