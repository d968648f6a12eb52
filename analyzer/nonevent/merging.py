"""Text put into files that are there: nothing of the rest changes, and what it then says is proved.

A file is not written anew from what a parser made of it: that loses comments, order and quotes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

__all__ = ["MergeError", "add_hook", "add_job", "add_table", "stages_of"]

INDENT = "  "


class MergeError(ValueError):
    """Why nothing was put into a file, as the end of a sentence."""


def add_table(text: str, table: str) -> str:
    """Return a TOML text with the table `[tool.nonevent]` at its end.

    Raises:
        MergeError: it is no TOML, or would be none.

    """
    import tomllib

    merged = _at_end(text, table)
    try:
        before, after = tomllib.loads(_plain(text)), tomllib.loads(_plain(merged))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MergeError(f"it would be no TOML: {error}") from None
    after.get("tool", {}).pop("nonevent", None)
    if not before.get("tool"):
        before["tool"] = {}
    if after != before:
        raise MergeError("the rest of it would say something else")
    return merged


def add_hook(text: str, entry: str) -> str:
    """Return a text of .pre-commit-config.yaml with one more entry, the last one below `repos`.

    Raises:
        MergeError: it is not of the usual form.

    """
    repos = _value(_root(text), "repos")
    if not isinstance(repos, yaml.SequenceNode) or repos.flow_style or not repos.value:
        raise MergeError("`repos` is no list with one entry below the other")
    lines = text.splitlines(keepends=True)
    last = max(_last_lines(repos))
    margin = " " * repos.start_mark.column
    said = "".join(f"{margin}{line}\n" for line in entry.splitlines())
    head = "".join(lines[: last + 1])
    merged = _in_style(text, head, said) + "".join(lines[last + 1 :])
    _prove(text, merged, entry)
    if len(_value(_root(merged), "repos").value) != len(repos.value) + 1:
        raise MergeError("the entry would not be the last of `repos`")
    return merged


def add_job(text: str, job: str) -> str:
    """Return a text of .gitlab-ci.yml with one more job at its end.

    Raises:
        MergeError: it is not of the usual form.

    """
    root = _root(text)
    if not isinstance(root, yaml.MappingNode) or root.flow_style or _value(root, "nonevent"):
        raise MergeError("it is no mapping of jobs without one of this name")
    merged = _at_end(text, job)
    _prove(text, merged, job)
    return merged


def stages_of(text: str) -> tuple[str, ...]:
    """Return the stages that a .gitlab-ci.yml names; () where it names none.

    Raises:
        MergeError: it is no YAML.

    """
    stages = _value(_root(text), "stages")
    listed = stages.value if isinstance(stages, yaml.SequenceNode) else ()
    return tuple(node.value for node in listed if isinstance(node, yaml.ScalarNode))


def _at_end(text: str, said: str) -> str:
    return _in_style(text, text, f"\n{said}" if text.strip() else said)


def _in_style(whole: str, head: str, said: str) -> str:
    """Return a text and what follows it, with the line ends of the `whole`."""
    end = "\r\n" if "\r\n" in whole else "\n"
    gap = "" if not head or head.endswith(("\n", "\r")) else end
    return head + gap + said.replace("\n", end)


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff")


# -- YAML ----------------------------------------------------------------------------------------
# Nothing is made of what a file says: an alias stays one, however often it is repeated, and tags
# of others, such as GitLab's `!reference`, are tags.


def _root(text: str) -> Any:
    """Return the node of the last document of a text; None where it has none.

    Raises:
        MergeError: it is no YAML.

    """
    with _in_words():
        nodes = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    return nodes[-1] if nodes else None


def _value(root: Any, name: str) -> Any:
    """Return the node under a key; None where there is none."""
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _prove(before: str, after: str, said: str) -> None:
    """See to it that a text says what it said before, what was put in, and nothing else.

    Raises:
        MergeError: it does not.

    """
    old, new = _events(before), _events(after)
    more = _events(said)[3:-3]  # without stream, document and the list or mapping around it
    at = next((n for n, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), 0)
    if new != [*old[:at], *more, *old[at:]]:
        raise MergeError("the rest of it would say something else")


def _events(text: str) -> list[tuple[Any, ...]]:
    with _in_words():
        return [
            (type(event), *(getattr(event, name, None) for name in ("anchor", "tag", "value")))
            for event in yaml.parse(text, Loader=yaml.SafeLoader)
        ]


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        place = "" if line is None else f" in line {line + 1}"
        raise MergeError(f"it is no YAML{place}") from None


def _last_lines(node: Any) -> Iterator[int]:
    """Yield the 0-based lines on which the scalars below a node end."""
    if node.id == "scalar" or not node.value:
        mark = node.end_mark
        yield mark.line if mark.column else max(mark.line - 1, 0)
        return
    if node.flow_style:
        yield node.end_mark.line
    for part in node.value:
        for each in part if isinstance(part, tuple) else (part,):
            yield from _last_lines(each)
