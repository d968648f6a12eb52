"""Files that request handlers and worker tasks write to the local disk."""

import os
import re
from collections.abc import Iterator, Mapping

from nonevent.facts import Call, Role
from nonevent.finding import Confidence
from nonevent.rule import Problem, Table, rule
from nonevent_rules.files.sink import Sink, is_secret, weigh, write
from nonevent_rules.served import is_served, standing
from nonevent_rules.stage import WORD

# Ends of words in the name of a class that keeps files, and words of one that uses the disk.
STORAGES = ("storage", "store", "uploader")  # `Assetstore`
DISKS = frozenset({"disk", "file", "filesystem", "fs"})  # `FileSystemStorage`
# Folders with libraries that a project has copied: nobody may call what they offer.
COPIED = frozenset({"_vendor", "lib", "libs", "third_party", "vendor", "vendored"})
# What keeps them elsewhere, or is there for a developer's machine.
OTHERS = frozenset({"azure", "b2", "gcs", "local", "minio", "object", "s3"})


def find(call: Call, rows: Mapping[str, Sink]) -> Iterator[Problem]:
    """Yield a problem where a call made for a user or a task leaves something on this disk."""
    row = rows.get(call.callee)
    made = write(call, row) if row is not None else None
    if row is None or made is None:
        return
    weight = weigh(call, row, made)
    if weight is not None and weight.reach.role is Role.STARTUP and is_secret(call, row):
        return  # `secret-kept-in-file`
    if weight is None and _stores(call):
        where, confidence, persona = f"in `{call.scope}`", Confidence.MEDIUM, None
    elif weight is None or made.upload:
        return
    else:
        where, confidence, persona = standing(call, weight.reach), *weight[:2]
    what = f"`{made.path}`" if made.path else "a file"
    yield Problem(
        f"`{call.callee}` writes {what} to the local disk {where}: "
        "another replica does not find it and a deploy loses it",
        remedy="Put it into an object store or a database server, or keep the bytes in memory",
        confidence=confidence,
        persona=persona,
    )


def _stores(call: Call) -> bool:
    """Tell whether a method is one of a project's own storage for files, as its name says.

    Whom such a class serves is most often told by its configuration alone.
    """
    owner = call.scope.rpartition(".")[0].rpartition(".")[2]
    module = os.path.basename(call.location.path)  # `file_storage.py` with a class `Storage`
    words = {word.lower() for word in re.findall(WORD, f"{owner} {module if owner else ''}")}
    is_storage = any(word.endswith(STORAGES) for word in words) and not DISKS.isdisjoint(words)
    words |= OTHERS.intersection(re.findall("[a-z]+[0-9]", owner.lower()))  # `S3FileStore`
    is_copied = not COPIED.isdisjoint(call.location.path.split("/"))
    return is_storage and not is_copied and OTHERS.isdisjoint(words) and is_served(call)


RULE = rule(__file__, on=Call, find=find, table=Table("sinks", Sink))
