"""Python that is newer than the interpreter: rewritten, place for place, so that it parses.

`ast` reads the syntax of its own version alone. libcst reads newer syntax as well and says where
it stands: there an older form is written, or spaces, of the same length and on the same lines.
What stands before, behind and between keeps its place.

libcst crashes or takes minutes on what a hostile author can write, and is costly to import. It
runs in a process of its own, started by this file's path, with a limit of processor time and
memory, and for files alone that may hold such syntax.
"""

import re
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import libcst

__all__ = ["MOST_HANDLERS", "concerns", "rewrite", "united"]

# What it may be: an f-string or template (PEP 701, 750), type parameters or an alias (PEP 695),
# exceptions without parentheses (PEP 758).
NEWER = (
    r"""\b[fFtT][rR]?["']|\b[rR][fFtT]["']"""
    r"|\b(?:def|class)[ \t]+\w+[ \t]*\[|(?:^|[:;])[ \t]*type[ \t]+[^\W\d]"
    r"|\bexcept\*?[ \t]+[^(:\n]+,"
)
LONGEST = 300_000  # characters of a file
WIDEST = 5_000  # of a line: a chain of thousands of operators takes libcst minutes
DEEPEST = 100  # brackets, of which CPython itself takes 200
MOST_BRANCHES = 500  # `elif`, each of which libcst nests in the one before
# Seconds of processor time, and characters that add one: on a busy machine a file must not be told
# to be no Python. The longest file takes 10 of 30.
SECONDS, MORE = 10, 15_000
PATIENCE = 60  # seconds on the clock for each of these: for what waits and does not work
MEMORY = 2_000_000_000  # bytes of address space, of which the stack takes a part
STACK = 256_000_000

# The version that brought a form: where it is not newer than the interpreter nothing is rewritten.
FORMATTED, PARAMETERS, TEMPLATES, EXCEPTIONS = (3, 12), (3, 12), (3, 14), (3, 14)

# `except A, B:` of plain names, and what the compiler says of it.
HANDLER = re.compile(r"[ \t\f]*except\*?[ \t]+[\w.]+(?:[ \t]*,[ \t]*[\w.]+)+[ \t]*:")
LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")  # as the compiler counts them
COMPLAINT = "multiple exception types must be parenthesized"
MOST_HANDLERS = 50  # of a file, each of which is a try to compile it

Edit = tuple[int, int, str]  # start and end in code points, and what stands there instead


def concerns(text: str, error: SyntaxError) -> bool:
    """Tell whether a text that does not parse may be newer Python, and libcst may look at it."""
    if isinstance(error, IndentationError) or "Missing parentheses in call" in (error.msg or ""):
        return False
    return len(text) <= LONGEST and bool(re.search(NEWER, text, re.MULTILINE)) and _is_plain(text)


def _is_plain(text: str) -> bool:
    """Tell whether nothing in the text is nested or chained as nobody writes it.

    Brackets in texts and comments count as well: most of them come in pairs.
    """
    if text.count("elif") > MOST_BRANCHES or max(map(len, text.splitlines())) > WIDEST:
        return False
    depth = 0
    for found in re.finditer(r"[()\[\]{}]", text):
        depth = depth + 1 if found[0] in "([{" else max(depth - 1, 0)
        if depth > DEEPEST:
            return False
    return True


def united(text: str, error: SyntaxError) -> str | None:
    """Return the text with the exceptions that an error complains of as one: `except A| B:`.

    That is the commonest newer syntax, and takes no other process. None where the error is
    another one, or the handler names more than names.
    """
    if error.msg != COMPLAINT or sys.version_info[:2] >= EXCEPTIONS:
        return None
    lines = LINE.findall(text)
    at = (error.lineno or 0) - 1
    if not 0 <= at < len(lines):
        return None
    found = HANDLER.match(lines[at])
    if found is None:
        return None
    lines[at] = found[0].replace(",", "|") + lines[at][found.end() :]
    return "".join(lines)


def rewrite(text: str, seconds: int = SECONDS, patience: float = PATIENCE) -> str | None:
    """Return the text in older syntax, each character at its place; None where that fails.

    `seconds` are of processor time, for a short text; each may take `patience` on the clock.
    """
    import subprocess

    if not sys.executable:  # Python inside another program
        return None
    seconds += len(text) // MORE
    try:
        done = subprocess.run(  # noqa: S603  # this very file
            [sys.executable, "-I", __file__, str(seconds)],
            input=text.encode(),
            capture_output=True,
            timeout=seconds * patience,
            check=False,
        )
        older = done.stdout.decode()
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    same_lines = re.sub(r"[^\r\n]", "", older) == re.sub(r"[^\r\n]", "", text)
    return older if done.returncode == 0 and len(older) == len(text) and same_lines else None


# -- in the other process --------------------------------------------------------------------------


def _main() -> None:
    """Rewrite standard input to standard output, with room for deep trees."""
    import threading

    _limit(int(sys.argv[1]))
    sys.setrecursionlimit(50_000)
    threading.stack_size(STACK)
    written: list[str] = []
    text = sys.stdin.buffer.read().decode()
    thread = threading.Thread(target=lambda: written.append(_older(text)))
    thread.start()
    thread.join()
    if not written:
        sys.exit(1)
    sys.stdout.buffer.write(written[0].encode())


def _limit(seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has none
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _older(text: str) -> str:
    """Return the text in older syntax.

    Raises:
        Exception: libcst does not read it, or does not give it back as it was.

    """
    import libcst
    from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

    lead = text[: len(text) - len(text.lstrip("\f"))]  # libcst would lose it
    text = text[len(lead) :]
    module = libcst.parse_module(text, libcst.PartialParserConfig(encoding="utf-8"))
    if module.code != text:
        raise ValueError("not the same text")
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    places = wrapper.resolve(ByteSpanPositionProvider)
    data = text.encode()

    def span(node: "libcst.CSTNode") -> tuple[int, int]:
        place = places[node]
        start = len(data[: place.start].decode())
        return start, start + len(data[place.start : place.start + place.length].decode())

    signs = list(text)
    for start, end, instead in _edits(module, text, span):
        signs[start:end] = instead
    return lead + "".join(signs)


Spans = Callable[["libcst.CSTNode"], tuple[int, int]]


def _edits(module: "libcst.Module", text: str, span: Spans) -> Iterator[Edit]:
    """Yield the edits of a module; what is inside an edited expression is left alone."""
    import libcst

    version = sys.version_info[:2]
    strings = libcst.FormattedString, libcst.TemplatedString
    parts = libcst.FormattedStringExpression, libcst.TemplatedStringExpression
    queue: list[tuple[libcst.CSTNode, libcst.CSTNode | None]] = [(module, None)]
    while queue:
        node, whole = queue.pop()
        if isinstance(node, libcst.ConcatenatedString) and whole is None:
            whole = node  # all its strings are one expression
        elif isinstance(node, strings):
            if isinstance(node, libcst.TemplatedString) and version < TEMPLATES:
                yield _as_formatted(node.start, span(node)[0])
            blanked = []
            if version < FORMATTED:
                quote = node.start.lstrip("fFrRtT")
                blanked = [
                    part
                    for part in node.parts
                    if isinstance(part, parts) and _is_newer(text, span(part), quote)
                ]
            if any("\n" in text[slice(*span(part))] for part in blanked) and len(quote) == 1:
                yield _blank(text, *span(whole or node), "(''", ")")
                continue
            yield from (_tamed(text, *span(part), quote) for part in blanked)
            queue += [(part, None) for part in node.parts if part not in blanked]
            continue
        elif isinstance(node, libcst.FunctionDef | libcst.ClassDef):
            if node.type_parameters is not None and version < PARAMETERS:
                yield from _without_parameters(text, span(node.type_parameters))
        elif isinstance(node, libcst.TypeAlias) and version < PARAMETERS:
            yield from _as_assignment(text, node, span)
        elif (
            isinstance(node, libcst.ExceptHandler | libcst.ExceptStarHandler)
            and version < EXCEPTIONS
        ):
            yield from _as_union(text, node.type, span)
        queue += [(child, whole if _is_string(child) else None) for child in node.children]


def _is_string(node: "libcst.CSTNode") -> bool:
    import libcst

    kinds = libcst.ConcatenatedString, libcst.FormattedString, libcst.TemplatedString
    return isinstance(node, kinds)


def _is_newer(text: str, place: tuple[int, int], quote: str) -> bool:
    """Tell whether an expression in an f-string is one that Python before 3.12 does not read."""
    inside = text[place[0] : place[1]]
    depth = inside.count("{")
    return (
        any(sign in inside for sign in ("\\", "#", quote))
        or (len(quote) == 1 and "\n" in inside)
        or depth > 2  # noqa: PLR2004  # it takes one in the format of another, no more
    )


def _as_formatted(start: str, place: int) -> Edit:
    """Return the edit that makes a template string an f-string."""
    prefix = start.rstrip("\"'")
    return place, place + len(prefix), prefix.replace("t", "f").replace("T", "F")


def _blank(text: str, start: int, end: int, first: str = "", last: str = "") -> Edit:
    """Return the edit that leaves nothing but the line ends between `first` and `last`."""
    inner = text[start + len(first) : end - len(last)]
    return start, end, first + re.sub(r"[^\r\n]", " ", inner) + last


def _tamed(text: str, start: int, end: int, quote: str) -> Edit:
    """Return the edit of an expression in an f-string: other quotes, or a name of nothing.

    In `f"…"` that is `{a["b"]}` → `{a['b']}` and `{f"{1}"}` → `{______}`.
    """
    inside = text[start + 1 : end - 1]
    other = {'"': "'", "'": '"'}.get(quote, quote)
    if not any(sign in inside for sign in (other, "{", "\\", "#", "\n")):
        return start, end, "{" + inside.replace(quote, other) + "}"
    return start, end, "{" + re.sub(r"[^\r\n]", "_", inside) + "}"


def _without_parameters(text: str, place: tuple[int, int]) -> Iterator[Edit]:
    """Yield the edits that take `[T]` out of `def f[T](…)` or `class A[T]`.

    The first bracket becomes the parenthesis: it may be closed on another line.
    """
    start, end = place
    behind = re.compile(r"[ \t]*\(").match(text, end)
    if behind is None:
        yield _blank(text, start, end, "(", ")")
    else:
        yield _blank(text, start, behind.end(), "(")


def _as_assignment(text: str, alias: "libcst.TypeAlias", span: Spans) -> Iterator[Edit]:
    """Yield the edits from `type X[T] = …` to `0;   X    = …`."""
    start = span(alias)[0]
    yield start, start + len("type"), "0;  "
    if alias.type_parameters is not None:
        first, last = span(alias.type_parameters)
        if "\n" in text[first:last]:
            place = next(at for at in range(first + 1, last) if text[at].isalpha())
            yield _blank(text, first, last, "[", "]")
            yield place, place + 1, "0"
        else:
            yield _blank(text, first, last)


def _as_union(text: str, caught: "libcst.BaseExpression | None", span: Spans) -> Iterator[Edit]:
    """Yield the edits from `except A, B:` to `except A| B:`."""
    import libcst

    if isinstance(caught, libcst.Tuple) and not caught.lpar:
        for element in caught.elements[:-1]:
            comma = text.index(",", span(element.value)[1])
            yield comma, comma + 1, "|"


if __name__ == "__main__":
    _main()
