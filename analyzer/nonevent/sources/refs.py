"""Names of commits: references are read as text, so that git is only ever told full ids."""

import os
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import NamedTuple

from nonevent.error import UserError
from nonevent.sources.disk import printable
from nonevent.sources.place import Place, read_text

__all__ = ["Revision", "branch_of", "find_id", "list_names", "list_tags", "parse_revision"]

_PACKED_LIMIT = 200_000_000  # bytes of packed-refs: a million references
_LINKS = 5  # symbolic references that lead to one another; git itself follows as many
_NAMES = 5_000  # references looked at for the nearest name
_BRANCH = "ref: refs/heads/"

_FULL = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SHORT = re.compile(r"[0-9a-f]{4,64}")
_REVISION = re.compile(r"(?P<name>[^~^:]+)(?P<steps>(?:[~^]\d{0,6}|\^\{(?:commit)?\})*)", re.ASCII)
# https://git-scm.com/docs/git-check-ref-format
_NO_NAME = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[/-]|[/.]$|(?:^|/)\.|\.lock(?:/|$)")


class Revision(NamedTuple):
    """A revision as written: a name or an id, and the steps back from it."""

    name: str
    steps: str  # "~3", "^2", "" …

    @property
    def may_be_id(self) -> bool:
        """Whether the name may be the id of a commit, or the beginning of one."""
        return bool(_SHORT.fullmatch(self.name.lower()))


def parse_revision(text: str) -> Revision:
    """Return the parts of a revision.

    Raises:
        UserError: it is written in a form that is not known here.

    """
    match = _REVISION.fullmatch(text)
    name = match["name"] if match else ""
    if name == "@":
        name = "HEAD"
    if not match or _NO_NAME.search(name):
        raise UserError(
            f"not a revision: {printable(text)!r}; "
            "expected a branch, tag or commit id, with ~N or ^N after it where needed"
        )
    return Revision(name, match["steps"])


def find_id(place: Place, name: str) -> str:
    """Return the full id that a reference stands for; "" where there is none of this name.

    Raises:
        UserError: the repository keeps its references in a form that is not read here.

    """
    if os.path.isdir(os.path.join(place.common_dir, "reftable")):
        raise UserError("this repository keeps its references as reftable, which is not read here")
    # The order of https://git-scm.com/docs/gitrevisions
    packed = cache(partial(_packed, place))
    forms = ("{}", "refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}")
    for form in (*forms, "refs/remotes/{}/HEAD"):
        found = _follow(place, form.format(name), packed)
        if found:
            return found
    return ""


def branch_of(place: Place) -> str:
    """Return the branch that is checked out; "" where none is."""
    named = read_text(os.path.join(place.git_dir, "HEAD")).strip()
    return named.removeprefix(_BRANCH) if named.startswith(_BRANCH) else ""


def _follow(place: Place, name: str, packed: Callable[[], dict[str, str]]) -> str:
    for _ in range(_LINKS):
        text = _loose(place, name)
        if name == "HEAD" and not text.startswith("ref:") and not _FULL.match(text):
            raise UserError("the repository is damaged: its HEAD names no commit and no branch")
        if text.startswith("ref:"):
            name = text[4:].strip()
            if not name.startswith("refs/") or _NO_NAME.search(name):
                return ""
        elif _FULL.match(text):  # FETCH_HEAD has more after the id
            return text.split()[0]
        else:
            return packed().get(name, "")
    return ""


def _loose(place: Place, name: str) -> str:
    if "/" not in name:
        # HEAD and its like belong to one work tree; anything else there is no reference.
        return read_text(os.path.join(place.git_dir, name)) if name == name.upper() else ""
    own = name.startswith(("refs/bisect/", "refs/worktree/", "refs/rewritten/"))
    return read_text(os.path.join(place.git_dir if own else place.common_dir, name))


def _packed(place: Place) -> dict[str, str]:
    packed = {}
    path = os.path.join(place.common_dir, "packed-refs")
    for line in read_text(path, _PACKED_LIMIT).split("\n"):
        identity, _, name = line.rstrip("\r").partition(" ")
        if _FULL.fullmatch(identity):
            packed[name] = identity
    return packed


def list_names(place: Place) -> Iterator[str]:
    """Yield the short names of branches, tags and remote branches, as many as are worth it."""
    names = list(_packed(place))[:_NAMES]
    folders = [
        os.path.join(place.common_dir, "refs", kind) for kind in ("heads", "tags", "remotes")
    ]
    for folder in folders:
        for here, _, files in os.walk(folder):
            names += [os.path.relpath(os.path.join(here, file), place.common_dir) for file in files]
            if len(names) > _NAMES:
                break
    for name in names[:_NAMES]:
        kind, _, short = name.replace(os.sep, "/").removeprefix("refs/").partition("/")
        if kind in {"heads", "tags", "remotes"}:
            yield short


def list_tags(place: Place) -> dict[str, str]:
    """Return the tags: name → the full id that stands there, of a commit or of a tag object."""
    found = {name: identity for name, identity in _packed(place).items() if _is_tag(name)}
    tags = os.path.join(place.common_dir, "refs", "tags")
    for here, _, files in os.walk(tags):
        for file in files:
            name = os.path.relpath(os.path.join(here, file), place.common_dir).replace(os.sep, "/")
            text = "" if _NO_NAME.search(name) else _loose(place, name)
            if _FULL.match(text):
                found[name] = text.split()[0]
    return {name.removeprefix("refs/tags/"): found[name] for name in sorted(found)}


def _is_tag(name: str) -> bool:
    return name.startswith("refs/tags/") and not _NO_NAME.search(name)
