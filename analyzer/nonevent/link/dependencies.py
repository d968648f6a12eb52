"""Which version of a library the project can be run with, at most."""

from collections.abc import Iterable, Mapping, Sequence

from nonevent.facts import Dependency, FileFacts

__all__ = ["newest", "versions"]


def versions(files: Iterable[FileFacts]) -> Mapping[str, str]:
    """Return library → the newest version that the project's files allow.

    "4.4.4" is that very version, "<8" any before it; a library that may be of any version is left
    out. What a lock file or a pin says outweighs a range.
    """
    asked: dict[str, list[str]] = {}
    for facts in files:
        for fact in facts.facts:
            if isinstance(fact, Dependency):
                asked.setdefault(fact.name, []).append(newest(fact.specifier))
    found = {name: _highest(bounds) for name, bounds in asked.items()}
    return {name: version for name, version in found.items() if version}


def _highest(bounds: Sequence[str]) -> str:
    exact = [bound for bound in bounds if bound[:1].isdigit()]
    if not exact and not all(bounds):
        return ""
    return max(exact or bounds, key=lambda bound: _parts(bound.lstrip("<")))


def newest(specifier: str) -> str:
    """Return the newest version that a specifier allows: "4.4.4", "<8", or "" for any.

    https://packaging.python.org/en/latest/specifications/version-specifiers/ and Poetry's `^` and
    `~`, https://python-poetry.org/docs/dependency-specification/
    """
    if "|" in specifier:
        return ""
    bounds = [bound for clause in specifier.split(",") if (bound := _bound(clause.strip()))]
    return min(bounds, key=lambda bound: _parts(bound.lstrip("<")), default="")


def _bound(clause: str) -> str:
    sign = clause[: len(clause) - len(clause.lstrip("=<>!~^"))]
    version = clause[len(sign) :].strip()
    parts = _parts(version)
    if not parts or sign in {">", ">=", "!="}:
        return ""
    if version.endswith(".*"):
        return _below(parts, len(parts) - 1)
    if sign == "~=":
        return _below(parts, max(len(parts) - 2, 0))
    if sign == "~":
        return _below(parts, min(len(parts) - 1, 1))
    if sign == "^":
        first = next((at for at, part in enumerate(parts) if part), len(parts) - 1)
        return _below(parts, first)
    return f"<{version}" if sign == "<" else version


def _below(parts: Sequence[int], place: int) -> str:
    """Return the bound above all versions that share the parts up to `place`."""
    return "<" + ".".join(str(part) for part in (*parts[:place], parts[place] + 1))


def _parts(version: str) -> tuple[int, ...]:
    """Return the leading numbers: (8, 0, 1) for "8.0.1rc1"."""
    found: list[int] = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        found.append(int(digits[:9]))
    return tuple(found)
