"""What an object is where only the use of it tells: a session or an upload, handed in."""

import _ast as ast
import re
from collections.abc import Mapping
from functools import lru_cache

from nonevent.readers.naming import dotted_text
from nonevent.readers.scope import Scope

__all__ = [
    "PICTURE",
    "SESSION",
    "UPLOAD",
    "distinct",
    "guess",
    "imported",
    "is_picture",
    "is_upload",
    "speaks_of_requests",
]

SESSION = "requests.Session"
# What `save` is of an object with a file name, whoever made it.
UPLOAD = "request.filename.save"
# And of what a function was handed, or made of a picture, in a module that works with pictures.
PICTURE = "PIL.Image.Image.save"
# What stands behind the name of an upload somewhere in its module.
SENT = (".filename", " in request.files.")
OF_FIELD = ".data"  # what a field of a form was sent
PICTURES = ("PIL", "wand")
VERBS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "request"})
# Last parts of the names that people give to a session which somebody hands them.
NAMES = frozenset({"http", "http_session", "requests_session", "session"})
# Arguments that a request has, and hardly anything else that is asked for by such a verb.
ARGUMENTS = frozenset(
    {"allow_redirects", "auth", "cookies", "data", "files", "headers", "json", "params", "verify"}
)
ADDRESS = ("http://", "https://")
ADDRESSES = frozenset({"endpoint", "uri", "url"})  # words in the names of addresses
LIBRARY = "requests"
OTHERS = ("aiohttp", "curl_cffi", "httpx", "niquests")


def speaks_of_requests(root: Scope) -> bool:
    """Tell whether a module imports requests anywhere, and nothing with sessions of its own."""
    targets = imported(root)
    return LIBRARY in targets and targets.isdisjoint(OTHERS)


def imported(root: Scope) -> set[str]:
    """Return the first parts of all that a module imports, wherever it does."""
    return {
        binding.target.partition(".")[0]
        for scope in root.walk()
        for bindings in scope.bindings.values()
        for binding in bindings
        if binding.how == "import"
    }


@lru_cache(maxsize=1)
def distinct(callees: frozenset[str]) -> Mapping[str, Mapping[str, str]]:
    """Return the methods that nothing else has → library → the callee, by names of several words.

    `api.list_namespaced_job(…)` is asked of Kubernetes in a module that imports its client.
    """
    found: dict[str, dict[str, str]] = {}
    for callee in sorted(callees):
        owner, _, method = callee.rpartition(".")
        kind = owner.rpartition(".")[2]
        if "_" in method.strip("_") and kind[:1].isupper():
            found.setdefault(method, {}).setdefault(callee.partition(".")[0], callee)
    return found


def guess(call: ast.Call) -> str:
    """Return the method of a session that a call looks like; "" where it does not."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in VERBS:
        return ""
    name = dotted_text(func.value).rpartition(".")[2].lstrip("_")
    given = {keyword.arg for keyword in call.keywords}
    if name not in NAMES or not (given & ARGUMENTS or any(map(_is_address, call.args[:2]))):
        return ""
    return f"{SESSION}.{func.attr}"


def is_upload(call: ast.Call, text: str) -> bool:
    """Tell whether a call saves something, under a path, whose file name is asked for as well."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr != "save" or len(call.args) != 1:
        return False
    name = dotted_text(func.value)
    if not name:
        return False
    form = name if name.endswith(OF_FIELD) else ""
    if not form and name.isidentifier() and OF_FIELD in text:  # `picture = form.picture.data`
        made = re.search(rf"\b{name} = ([\w.]*\.data)\b", text)
        form = made[1] if made else ""
    return "form" in form.lower() or any(f"{name}{mark}" in text for mark in SENT)


def is_picture(call: ast.Call, text: str) -> bool:
    """Tell whether a call saves something under a path that is put together where it is given."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr != "save" or len(call.args) > 1:
        return False
    named = [each.value for each in call.keywords if each.arg in {"filename", "fp"}]
    given = [*call.args, *named]
    is_path = len(given) == 1 and any(_is_path(node) for node in given)
    return is_path and any(f"import {one}" in text or f"from {one}" in text for one in PICTURES)


def _is_path(node: ast.expr) -> bool:
    """Tell whether an expression is a path by its form, or by its name."""
    if isinstance(node, ast.Call):
        return dotted_text(node.func).endswith("path.join")
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Div)
    words = dotted_text(node).rpartition(".")[2].lower()
    return words.endswith(("path", "filename"))


def _is_address(node: ast.expr) -> bool:
    """Tell whether an argument is an address, by its beginning or by its name."""
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
        node = node.value if isinstance(node, ast.FormattedValue) else node
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value.startswith(ADDRESS)
    if isinstance(node, ast.Call):
        node = node.func
    words = dotted_text(node).rpartition(".")[2].lower().split("_")
    return not ADDRESSES.isdisjoint(words)
