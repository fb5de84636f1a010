"""Stack updates look as they do on AWS: to the change set's author and in the events.

- A change of outputs alone is a change: the change set is executable. MiniStack compares
  resources only, and calls it empty.
- Only what an update touches has events. MiniStack reports every resource of the stack.
- A resource that an update adds reports CREATE_IN_PROGRESS and CREATE_COMPLETE. MiniStack calls
  it an update.
- A resource that an update removes, or whose predecessor it replaces, reports DELETE_IN_PROGRESS
  and DELETE_COMPLETE. MiniStack is silent unless the deletion fails.
- A bucket that leaves its stack leaves the disk. MiniStack forgets it in memory alone, and has it
  again after the next start.
"""

import json
import re

from ministack.services import cloudformation, s3
from ministack.services.cloudformation import handlers, provisioners, stacks

EMPTY = "The submitted information didn't contain changes."


def patch():
    patch_change_sets()
    patch_buckets()
    Events().patch()


def patch_change_sets():
    create = handlers._ACTION_HANDLERS["CreateChangeSet"]

    def create_change_set(parameters):
        response = create(parameters)
        found = re.search(r"<Id>([^<]+)</Id>", text_of(response[2]))
        change_set = found and cloudformation._change_sets.get(found.group(1))
        if change_set and change_set["StatusReason"].startswith(EMPTY) and outputs_differ(change_set):
            change_set.update(Status="CREATE_COMPLETE", ExecutionStatus="AVAILABLE", StatusReason="")
        return response

    handlers._ACTION_HANDLERS["CreateChangeSet"] = create_change_set


def patch_buckets():
    bucket = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    forget = bucket["delete"]

    def delete_bucket(name, properties):
        forget(name, properties)
        s3._delete_persisted_bucket(name)

    bucket["delete"] = delete_bucket


def text_of(body):
    return body.decode("utf-8") if isinstance(body, bytes) else body


def outputs_differ(change_set):
    """Whether outputs were added, removed or rewritten, or name a parameter that changed."""
    stack = cloudformation._stacks.get(change_set["StackName"]) or {}
    before = (stack.get("_template") or {}).get("Outputs") or {}
    after = (change_set["_template"] or {}).get("Outputs") or {}
    if before != after:
        return True
    old, new = stack.get("_resolved_params") or {}, change_set["_resolved_params"]
    changed = [name for name, value in new.items() if (old.get(name) or {}).get("Value") != value.get("Value")]
    written = json.dumps(after)
    return any(f'{{"Ref": "{name}"}}' in written or "${" + name + "}" in written for name in changed)


class Events:
    """Tells of an update what AWS would tell. Resources are known by (stack name, logical id)."""

    def __init__(self):
        self.held = {}  # an UPDATE_IN_PROGRESS event not yet told: perhaps nothing will change
        self.untouched = set()  # the properties are the same as before
        self.added = set()  # not in the stack before

    def patch(self):
        self.add = stacks._add_event
        self.update = stacks._update_keeping_seed
        self.provision = stacks._provision_keeping_seed
        self.delete = stacks._delete_resource
        stacks._add_event = self.add_event
        stacks._update_keeping_seed = self.update_keeping_seed
        stacks._provision_keeping_seed = self.provision_keeping_seed
        stacks._delete_resource = self.delete_resource

    def add_event(
        self, stack_id, stack_name, logical_id, resource_type, status, reason="", physical_id="", detailed_status=""
    ):
        key = (stack_name, logical_id)
        rest = (reason, physical_id, detailed_status)
        if logical_id == stack_name:
            # The stack's own event: an operation begins or ends.
            self.forget(stack_name)
        elif status == "UPDATE_IN_PROGRESS" and not reason and key not in self.held:
            self.held[key] = (stack_id, stack_name, logical_id, resource_type, *rest)
            return
        elif status == "UPDATE_COMPLETE" and key in self.untouched:
            self.untouched.discard(key)
            self.held.pop(key, None)
            return
        else:
            self.tell(key)
            if key in self.added and status in {"UPDATE_COMPLETE", "UPDATE_FAILED"}:
                self.added.discard(key)
                status = status.replace("UPDATE", "CREATE")
        self.add(stack_id, stack_name, logical_id, resource_type, status, *rest)

    def forget(self, stack_name):
        self.held = {key: event for key, event in self.held.items() if key[0] != stack_name}
        self.untouched = {key for key in self.untouched if key[0] != stack_name}
        self.added = {key for key in self.added if key[0] != stack_name}

    def tell(self, key):
        if key in self.held:
            stack_id, stack_name, logical_id, resource_type, *rest = self.held.pop(key)
            status = "CREATE_IN_PROGRESS" if key in self.added else "UPDATE_IN_PROGRESS"
            self.add(stack_id, stack_name, logical_id, resource_type, status, *rest)

    def update_keeping_seed(self, resource_type, physical_id, old, new, stack_name, logical_id, *rest):
        key = (stack_name, logical_id)
        if old == new:
            self.untouched.add(key)
        else:
            self.tell(key)
        return self.update(resource_type, physical_id, old, new, stack_name, logical_id, *rest)

    def provision_keeping_seed(self, resource_type, logical_id, properties, stack_name):
        key = (stack_name, logical_id)
        if key in self.held:
            self.added.add(key)
            self.tell(key)
        return self.provision(resource_type, logical_id, properties, stack_name)

    def delete_resource(self, resource_type, physical_id, properties, stack_name=None, logical_id=None):
        stack = cloudformation._stacks.get(stack_name) or {}
        # Deleting a stack and rolling back tell their own events.
        updating = logical_id and stack.get("StackStatus") == "UPDATE_IN_PROGRESS"
        event = updating and (stack["StackId"], stack_name, logical_id, resource_type)
        if event:
            self.add(*event, "DELETE_IN_PROGRESS", "", physical_id)
        self.delete(resource_type, physical_id, properties, stack_name, logical_id)
        if event:
            self.add(*event, "DELETE_COMPLETE", "", physical_id)
