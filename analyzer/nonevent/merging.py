"""Text put into files that are there: nothing of the rest changes, and what it then says is proved.

A file is not written anew from what a parser made of it: that loses comments, order and quotes.
"""

from collections.abc import Iterator
from typing import Any

import yaml

__all__ = ["MergeError", "add_hook", "add_job", "add_table", "stages_of"]

INDENT = "  "


class _Tolerant(yaml.SafeLoader):
    """Takes tags that it does not know, such as GitLab's `!reference`, for what they tag."""


def _tagged(loader: Any, tag: str, node: Any) -> Any:
    kinds = {"mapping": loader.construct_mapping, "sequence": loader.construct_sequence}
    deep = node.id in kinds
    said = kinds[node.id](node, deep=True) if deep else loader.construct_scalar(node)
    return tag, said


_Tolerant.add_multi_constructor("", _tagged)


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
    before, root = _document(text)
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    repos = next((value for key, value in pairs if key.value == "repos"), None)
    if not isinstance(repos, yaml.SequenceNode) or repos.flow_style or not repos.value:
        raise MergeError("`repos` is no list with one entry below the other")
    lines = text.splitlines(keepends=True)
    last = max(_last_lines(repos))
    margin = " " * repos.start_mark.column
    said = "".join(f"{margin}{line}\n" for line in entry.splitlines())
    head = "".join(lines[: last + 1])
    merged = _in_style(text, head, said) + "".join(lines[last + 1 :])
    after, _ = _document(merged)
    if not isinstance(after, dict) or after["repos"][:-1] != before["repos"]:
        raise MergeError("the rest of it would say something else")
    if {**after, "repos": 0} != {**before, "repos": 0}:
        raise MergeError("the rest of it would say something else")
    return merged


def add_job(text: str, job: str) -> str:
    """Return a text of .gitlab-ci.yml with one more job at its end.

    Raises:
        MergeError: it is not of the usual form.

    """
    merged = _at_end(text, job)
    before, _ = _document(text)
    after, _ = _document(merged)
    if not isinstance(before, dict) or "nonevent" in before:
        raise MergeError("it is no mapping of jobs without one of this name")
    if {**before, "nonevent": after.get("nonevent")} != after:
        raise MergeError("the rest of it would say something else")
    return merged


def stages_of(text: str) -> tuple[str, ...]:
    """Return the stages that a .gitlab-ci.yml names; () where it names none.

    Raises:
        MergeError: it is no YAML.

    """
    document, _ = _document(text)
    stages = document.get("stages") if isinstance(document, dict) else None
    return tuple(map(str, stages)) if isinstance(stages, list) else ()


def _at_end(text: str, said: str) -> str:
    return _in_style(text, text, f"\n{said}" if text.strip() else said)


def _in_style(whole: str, head: str, said: str) -> str:
    """Return a text and what follows it, with the line ends of the `whole`."""
    end = "\r\n" if "\r\n" in whole else "\n"
    gap = "" if not head or head.endswith(("\n", "\r")) else end
    return head + gap + said.replace("\n", end)


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff")


def _document(text: str) -> tuple[Any, Any]:
    """Return what the last document of a YAML text says, and its node; tags of others count.

    Raises:
        MergeError: it is no YAML.

    """
    loader = _Tolerant(text)
    node = None
    try:
        while loader.check_node():
            node = loader.get_node()
        said = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        place = "" if line is None else f" in line {line + 1}"
        raise MergeError(f"it is no YAML{place}") from None
    finally:
        loader.dispose()
    return said, node


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
