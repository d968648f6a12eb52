"""Whether a function needs what it writes no longer than it runs, or can have it again."""

import _ast as ast
from collections.abc import Iterator

from nonevent.readers.conditions import inside
from nonevent.readers.fates import inside_body, last, lead, text
from nonevent.readers.naming import dotted_text
from nonevent.readers.scope import FUNCTIONS, Scope, parameters_of
from nonevent.readers.values import Resolver

__all__ = ["is_spare"]

# Last parts of callees that may write a file.
WRITING = frozenset(
    {"ZipFile", "copy", "copy2", "copyfile", "copytree", "extract", "extractall", "make_archive"}
    | {"move", "open", "open_file", "rename", "replace", "save", "urlretrieve", "write_bytes"}
    | {"write_text"}
)
MOVING = frozenset({"copy", "copy2", "copyfile", "copytree", "move", "rename", "replace"})
# Last parts of callees that send a file to whoever asked, or to where all replicas find it.
SENDING = frozenset(
    {"FileResponse", "fput_object", "put_file", "put_object", "send_file", "send_from_directory"}
    | {"set_contents_from_filename", "upload", "upload_blob", "upload_file", "upload_fileobj"}
    | {"upload_from_filename"}
)
# Methods that put a file into a store, and words in the names of stores.
PUTTING = frozenset({"put", "put_file", "upload", "upload_dir", "upload_file", "upload_folder"})
STORES = frozenset({"bucket", "gcs", "minio", "s3", "storage", "store"})
COPYING = frozenset({"copy", "copy2", "copyfile", "copytree"})
FETCHING = frozenset(
    {"httpx.get", "requests.get", "requests.request", "requests.Session.get"}
    | {"urllib.request.urlopen", "urllib.request.urlretrieve"}
)
# Last parts of what reads an object out of a store that all replicas reach.
LOADING = frozenset(
    {"download_as_bytes", "download_as_string", "download_blob", "download_to_stream", "get_blob"}
    | {"get_object", "get_file_contents"}
)
# What brings a work tree up to date, and what makes it where it is missing.
UPDATING = frozenset({"checkout", "fetch", "pull", "reset"})
CLONING = "clone_from"
SELVES = frozenset({"cls", "self"})


# Last parts of callees that ask whether a path is there.
ASKING = frozenset({"exists", "is_dir", "is_file", "isdir", "isfile"})


def is_spare(call: ast.Call, scope: Scope, resolver: Resolver) -> bool:
    """Tell whether nobody will ask this disk for what a call writes.

    So it is where the function sends it on, where it is given nothing, or looks first whether the
    file is there, and fetches what it writes, where it is given nothing and writes what is missing,
    and where it puts back what it has moved as something failed.
    """
    if last(call.func) in UPDATING and any(last(each.func) == CLONING for each, _ in scope.calls):
        return True
    if last(call.func) not in WRITING or not isinstance(scope.node, FUNCTIONS):
        return False
    if _is_undoing(call, scope):
        return True
    if _is_beside(call, scope):
        return True
    is_copy = any(last(each.func) in LOADING for each, _ in scope.calls)
    return is_copy or _is_sent(call, scope) or _is_had_again(call, scope, resolver)


def _is_undoing(call: ast.Call, scope: Scope) -> bool:
    """Tell whether a call puts back what was moved, or writes again what was written before."""
    first = text(call.args[0]) if call.args else ""
    if last(call.func) not in MOVING and not any(
        last(each.func) == last(call.func)
        and each.lineno < call.lineno
        and bool(first and each.args)
        and text(each.args[0]) == first
        for each, _ in scope.calls
    ):
        return False
    handlers = (node for node in inside_body(scope.node) if isinstance(node, ast.ExceptHandler))
    return any(call in inside(handler) for handler in handlers)


def _is_beside(call: ast.Call, scope: Scope) -> bool:
    """Tell whether a file is copied to a name made of its own: as it was, in case of need."""
    if last(call.func) not in COPYING or len(call.args) < 2:  # noqa: PLR2004 - from, to
        return False
    source = text(call.args[0])
    target = _value_of(call.args[1], scope)
    first = lead(target) if target is not None else None
    while isinstance(first, ast.Subscript | ast.Call):  # `os.path.splitext(path)[0]`
        inner = first.value if isinstance(first, ast.Subscript) else first.args[:1]
        first = inner if isinstance(inner, ast.expr) else inner[0] if inner else None
    return bool(source) and target is not first and first is not None and text(first) == source


def _value_of(node: ast.expr, scope: Scope) -> ast.expr | None:
    """Return what a local name stands for, where it is bound once; another expression as it is."""
    if not isinstance(node, ast.Name):
        return node
    values = [
        value
        for _, target, value in scope.stores
        if isinstance(target, ast.Name) and target.id == node.id
    ]
    return values[0] if len(values) == 1 else None


def _is_sent(call: ast.Call, scope: Scope) -> bool:
    written = {said for node in _given(call) if (said := text(node))}
    for target, value in _made(scope):  # `file = UploadedFile(path)`
        if (
            written
            and value.lineno > call.lineno
            and any(text(x) in written for x in _given(value))
        ):
            written |= {target}
    if any(
        _stores(each) and each.lineno > call.lineno and not _is_instead(call, each, scope)
        for each, _ in scope.calls
    ):
        return True
    return bool(written) and any(
        last(each.func) in SENDING
        and each.lineno > call.lineno
        and any(text(node) in written for node in _given(each))
        and not _is_instead(call, each, scope)
        for each, _ in scope.calls
    )


def _is_instead(call: ast.Call, other: ast.Call, scope: Scope) -> bool:
    """Tell whether one `if` decides which of two calls is made."""
    for node in inside_body(scope.node):
        if isinstance(node, ast.If) and node.lineno <= call.lineno:
            one, two = (
                {x for each in part for x in inside(each)} for part in (node.body, node.orelse)
            )
            if (call in one and other in two) or (call in two and other in one):
                return True
    return False


def _stores(call: ast.Call) -> bool:
    """Tell whether a call puts what lies on the disk into a store: `self.fs_store.put(name)`."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in PUTTING:
        return False
    words = dotted_text(call.func.value).rpartition(".")[2].lower().split("_")
    return bool(call.args) and not STORES.isdisjoint(words)


def _made(scope: Scope) -> Iterator[tuple[str, ast.Call]]:
    """Yield the names that a function gives to what calls return."""
    for _, target, value in scope.stores:
        if isinstance(target, ast.Name) and isinstance(value, ast.Call):
            yield target.id, value


def _given(call: ast.Call) -> Iterator[ast.expr]:
    if isinstance(call.func, ast.Attribute):
        yield call.func.value
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)


def _is_had_again(call: ast.Call, scope: Scope, resolver: Resolver) -> bool:
    arguments = scope.node.args  # type: ignore[attr-defined]  # a function has them
    names = {item.arg for item, _ in parameters_of(arguments)}
    given = bool(names - SELVES or arguments.vararg or arguments.kwarg)
    missing = last(call.func) not in MOVING and _is_asked_for(call, scope)
    if given is not missing:  # one of the two says enough
        return missing
    return any(resolver.name(each.func, scope) in FETCHING for each, _ in scope.calls)


def _is_asked_for(call: ast.Call, scope: Scope) -> bool:
    """Tell whether the function looks, before it writes a file, whether that is there."""
    written = {said for node in _given(call) if (said := text(node))}
    return bool(written) and any(
        last(each.func) in ASKING
        and each.lineno <= call.lineno
        and any(text(node) in written for node in _given(each))
        for each, _ in scope.calls
    )
