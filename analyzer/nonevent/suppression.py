"""A person's word in the source against a finding: `# nonevent: ignore[rule-id] reason`.

It speaks of its own line, of the statement that begins or ends there, or, alone on a line, of
the next line of code; `ignore-file` speaks of the whole file. With `until 2027-01-31` in front of
the reason it counts up to that day. Whether it says what it needs to say is judged by the rules of
the family `nonevent`, which are asked about the comments that `apply` returns.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from nonevent.days import is_day
from nonevent.facts import Comment
from nonevent.finding import Finding
from nonevent.nearest import nearest

__all__ = ["Outcome", "apply", "first_line"]

WORD, OF_FILE = WORDS = ("ignore", "ignore-file")
UNTIL = r"[\s:,-]*until\s+(?P<day>\d\S*?)(?:[\s:,;]+|\Z)"
# Patterns are texts: most runs meet no comment, and to compile these takes them 1 ms.
LINE_END = r"\r\n|\r|\n"  # as Python counts lines
DIRECTIVE = r"nonevent:\s*(?P<word>[\w-]+)(?P<open>\s*\[(?P<rules>[^\]]*)\])?(?P<rest>.*)"
COMMENT = r"(#|--).*|/\*.*\*/"  # a whole line of it
# What other tools call it, and people therefore write. Any other word is prose unless brackets
# follow: "nonevent: the tool that checks this".
ELSEWHERE = frozenset(
    {"allow", "disable", "exclude", "exempt", "ignores", "noqa", "nosec", "off", "skip", "suppress"}
)
NO_REASON = r"\W*$|\s*#+\s*[^\W\d]"  # nothing said, or another tool's comment follows


class Outcome(NamedTuple):
    """What is left after the comments had their say."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    comments: tuple[Comment, ...]  # facts for the rules on Comment: all that mean to suppress
    by: tuple[Comment, ...] = ()  # of each suppressed finding, the comment that does it


def apply(
    findings: Iterable[Finding],
    comments: Mapping[str, Sequence[Comment]],
    sources: Mapping[str, str],
    known: Collection[str],
    ran: Collection[str],
    *,
    today: str = "",
) -> Outcome:
    """Return the findings that no comment suppresses, and those that one does.

    Takes all findings of the run, also those that a persona or a comparison will leave out:
    a comment that suppresses one of them is in use.

    Args:
        findings: of all files.
        comments: by path.
        sources: decoded text by path, at least of the files that have comments.
        known: ids of all rules.
        ran: ids of the rules that were asked; only they can leave a suppression unused.
        today: "2026-11-23"; what counts until a day before suppresses nothing.

    """
    read = {path: _directives(found, known, today) for path, found in comments.items()}
    spoken = {path: _by_line(found, sources.get(path, "")) for path, found in read.items() if found}
    kept: list[Finding] = []
    suppressed: list[Finding] = []
    by: list[Comment] = []
    used: set[tuple[Comment, str]] = set()
    for finding in findings:
        hits = _hits(finding, spoken.get(finding.location.path))
        used.update((comment, finding.rule) for comment in hits)
        said = next(filter(_counts, hits), None)
        if said is not None:
            by.append(said)
        (kept if said is None else suppressed).append(finding)
    judged = (
        comment._replace(unused=_unused(comment, used, known, ran))
        for path in sorted(read)
        for comment in read[path]
    )
    return Outcome(tuple(kept), tuple(suppressed), tuple(judged), tuple(by))


class _Spoken(NamedTuple):
    """Which comments speak of which lines of one file."""

    lines: Mapping[int, list[Comment]]
    statements: Mapping[int, tuple[int, int]]  # line → first and last line of its statement
    whole: Sequence[Comment]  # those that speak of all lines


def _directives(
    comments: Iterable[Comment], known: Collection[str], today: str
) -> tuple[Comment, ...]:
    return tuple(read for comment in comments for read in _read(comment, known, today))


def _read(comment: Comment, known: Collection[str], today: str) -> Iterator[Comment]:
    """Yield the comment with what it says, unless it is prose."""
    found = re.match(DIRECTIVE, comment.text)
    if found is None:
        return
    word = found["word"]
    bare = not found["open"]
    if word not in WORDS and bare and word not in ELSEWHERE and not nearest(word, WORDS):
        return
    rules = tuple(dict.fromkeys(filter(None, map(str.strip, (found["rules"] or "").split(",")))))
    rest, until = found["rest"], ""
    limited = re.match(UNTIL, rest)
    if limited:
        rest, until = rest[limited.end() :], limited["day"]
    reason = "" if re.match(NO_REASON, rest) else rest.strip(" \t:-–—")
    dateless = bool(until) and not is_day(until)
    expired = bool(until) and not dateless and until < today
    unknown = tuple((rule, nearest(rule, known)) for rule in rules if rule not in known)
    yield comment._replace(
        word=word,
        rules=rules,
        reason=reason,
        unknown=unknown,
        until=until,
        expired=expired,
        dateless=dateless,
    )


def _by_line(comments: Sequence[Comment], source: str) -> _Spoken:
    lines = re.split(LINE_END, source)
    path = comments[0].location.path
    spoken: dict[int, list[Comment]] = {}
    whole: list[Comment] = []
    for comment in comments:
        if comment.word == OF_FILE:
            whole.append(comment)
        elif comment.word == WORD:
            line = comment.location.end_line
            spoken.setdefault(_next_code(line, lines) if comment.alone else line, []).append(
                comment
            )
    return _Spoken(spoken, _statements(path, source, lines), whole)


def first_line(path: str, source: str, line: int) -> int:
    """Return where the statement around a line begins: above it a comment speaks of all of it."""
    statements = _statements(path, source, re.split(LINE_END, source))
    return statements.get(line, (line, line))[0]


def _statements(path: str, source: str, lines: Sequence[str]) -> dict[int, tuple[int, int]]:
    """Return line → first and last line of its statement."""
    found = _python_statements(source) if path.endswith((".py", ".pyi")) else _sql_statements(lines)
    return {line: ends for ends in found for line in range(ends[0], ends[1] + 1)}


def _next_code(line: int, lines: Sequence[str]) -> int:
    """Return the 1-based line after `line` that holds more than a comment."""
    for number in range(line + 1, len(lines) + 1):
        text = lines[number - 1].strip()
        if text and not re.fullmatch(COMMENT, text):
            return number
    return line


def _hits(finding: Finding, spoken: _Spoken | None) -> list[Comment]:
    if spoken is None:
        return []
    place = finding.location
    lines = {*range(place.line, place.end_line + 1), *spoken.statements.get(place.line, ())}
    near = [
        comment
        for line in sorted(lines.intersection(spoken.lines))
        for comment in spoken.lines[line]
    ]
    return [comment for comment in (*near, *spoken.whole) if finding.rule in comment.rules]


def _counts(comment: Comment) -> bool:
    """Tell whether a suppression is whole and in force."""
    return bool(comment.reason) and not comment.expired and not comment.dateless


def _unused(
    comment: Comment, used: set[tuple[Comment, str]], known: Collection[str], ran: Collection[str]
) -> tuple[str, ...]:
    if comment.word not in WORDS or not _counts(comment):  # it holds nothing back: said already
        return ()
    return tuple(
        rule
        for rule in comment.rules
        if rule in ran and rule in known and (comment, rule) not in used
    )


def _python_statements(source: str) -> Iterator[tuple[int, int]]:
    """Yield first and last line of each logical line that spans several."""
    import io
    import tokenize

    first = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(source, newline=None).readline):
            if token.type == tokenize.NEWLINE:
                if token.start[0] > first > 0:
                    yield first, token.start[0]
                first = 0
            elif not first and token.type not in (
                tokenize.COMMENT,
                tokenize.NL,
                tokenize.INDENT,
                tokenize.DEDENT,
            ):
                first = token.start[0]
    except (tokenize.TokenError, SyntaxError):
        return


def _sql_statements(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield first and last line of each statement: up to a line that ends with a semicolon.

    A semicolon inside a string or a body only makes a statement look shorter than it is.
    """
    first = 0
    for number, line in enumerate(lines, 1):
        code = line.partition("--")[0].strip()
        if code and not first:
            first = number
        if first and (code.endswith(";") or number == len(lines)):
            yield first, number
            first = 0
