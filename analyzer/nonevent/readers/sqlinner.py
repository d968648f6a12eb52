"""SQL inside SQL: the statements of a DO block, and those that EXECUTE and EXEC get as text."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from nonevent.facts import SchemaStep
from nonevent.noun import NamedTuple
from nonevent.readers.sqlcolumns import Tokens, group, name_at
from nonevent.readers.sqllexer import Token

__all__ = [
    "COMPUTED",
    "Inner",
    "asked_spans",
    "body_of",
    "called_by",
    "executed",
    "inline_body",
    "routine_key",
    "statements_of",
    "without_computed",
]

COMPUTED = "nonevent_computed"  # stands for what only the running server knows
FIELDS = ("table", "column", "name", "new_name", "type", "references", "old_type")


class Inner(NamedTuple):
    """SQL that a string holds."""

    text: str  # without quotes, what is computed as one word
    offsets: tuple[int, ...]  # of each character, in the text around; one more at the end


def body_of(text: str, tokens: Tokens) -> Token | None:
    """Return the string of `DO [LANGUAGE plpgsql] $$ … $$`; None where it holds no PL/pgSQL."""
    languages = [
        text[after.start : after.end].strip("'\"").lower()
        for token, after in pairwise(tokens)
        if token.word == "LANGUAGE"
    ]
    if languages and languages != ["plpgsql"]:
        return None
    bodies = [t for t in tokens if t.kind == "string" and text[t.start] == "$"]
    return bodies[0] if len(bodies) == 1 else None


def routine_key(name: str) -> str:
    """Return the name by which a routine is found: no schema, no case."""
    return name.rpartition(".")[2].lower()


def called_by(text: str, tokens: Tokens) -> str:
    """Return the key of the routine of `SELECT f(…)`, `CALL p`; "" of all other statements."""
    if tokens[0].word not in {"SELECT", "CALL"} or len(tokens) < 2:  # noqa: PLR2004 a verb alone
        return ""
    name, at = name_at(text, tokens, 1)
    whole = tokens[0].word == "CALL" or (
        at < len(tokens) and tokens[at].word == "(" and group(tokens, at) == len(tokens)
    )
    return routine_key(name) if whole else ""


def inline_body(tokens: Tokens) -> Tokens:
    """Return what stands between the first BEGIN of a routine and its END."""
    words = [token.word for token in tokens]
    return tokens[words.index("BEGIN") + 1 : -1] if "BEGIN" in words else ()


OPENING = frozenset(("", ";", "THEN", "ELSE", "LOOP", "BEGIN"))  # what a statement stands behind


def statements_of(tokens: Tokens) -> Iterator[Tokens]:
    """Yield the statements of a PL/pgSQL body: what stands between its own words."""
    begin, cases = 0, 0
    for index, token in enumerate(tokens):
        word = token.word
        if word == "CASE" and index > begin:
            cases += 1
        elif word == "END" and cases:
            cases -= 1
        elif word == ";" or (word in {"THEN", "ELSE", "LOOP", "BEGIN", "DECLARE"} and not cases):
            if word == ";" and index > begin:
                yield tokens[begin:index]
            begin, cases = index + 1, 0
    if begin < len(tokens):
        yield tokens[begin:]


# What tells a block whether a thing is there: it acts on what the server answers.
CATALOGUES = ("PG_", "INFORMATION_SCHEMA", "TO_REG")


def asked_spans(tokens: Tokens) -> tuple[tuple[int, int], ...]:
    """Return from where to where a body acts only after it has asked the catalogue.

    That is inside of `IF … THEN` and of loops behind such a question, and all of a body that
    catches what fails.
    """
    words = [token.word for token in tokens]
    if ("EXCEPTION", "WHEN") in pairwise(words):
        return ((tokens[0].start, tokens[-1].end),)
    spans: list[tuple[int, int]] = []
    opened: list[int] = []  # where those begin that are behind a question
    known, depth = False, 0
    for index, (word, before) in enumerate(zip(words, ["", *words], strict=False)):
        known |= word.startswith(CATALOGUES)
        if word in {"IF", "LOOP"} and before == "END":
            depth -= 1
            if opened and depth == 0:
                spans.append((opened.pop(), tokens[index].end))
        elif word == "LOOP" or (word == "IF" and before in OPENING):
            depth += 1
        elif word not in {"THEN", "LOOP"}:
            continue
        if known and depth and not opened and word in {"THEN", "LOOP"}:
            opened.append(tokens[index].end)
    return tuple(spans)


def executed(text: str, tokens: Tokens) -> Inner | None:
    """Return the SQL of EXECUTE 'a', EXECUTE format('a %I', b), EXEC('a' + @b), sp_executesql N'a'.

    None where no part of it is written there.
    """
    at, is_format = 1, False
    if tokens[at:] and tokens[at].word == "IMMEDIATE":
        at += 1
    if tokens[at:] and (tokens[at].word in {"FORMAT", "SP_EXECUTESQL"}):
        is_format = tokens[at].word == "FORMAT"
        at += 1
    if tokens[at:] and tokens[at].word == "(":
        expression = tokens[at + 1 : group(tokens, at) - 1]
    else:
        expression = tokens[at:]
    return _joined(text, expression, is_format=is_format)


def _joined(text: str, tokens: Tokens, *, is_format: bool) -> Inner | None:
    letters: list[str] = []
    offsets: list[int] = []
    depth, computed = 0, False
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        if not depth and token.word in {",", "INTO", "USING"}:
            break
        if token.kind == "string" and not depth:
            _spell(text, token, letters, offsets, is_format=is_format)
            computed = False
        elif token.word not in {"||", "+"} and not computed:
            letters += COMPUTED
            offsets += [token.start] * len(COMPUTED)
            computed = True
    written = "".join(letters)
    if not written.replace(COMPUTED, "").strip() or written.startswith(COMPUTED):
        return None
    width = 2 if text.startswith("''", offsets[-1]) and letters[-1] == "'" else 1
    return Inner(written, (*offsets, offsets[-1] + width))


def _spell(
    text: str, token: Token, letters: list[str], offsets: list[int], *, is_format: bool
) -> None:
    """Append the characters of a string literal and where each of them stands."""
    opening = text.find("'", token.start, token.start + 3)
    if text[token.start] == "$":
        size = text.index("$", token.start + 1) + 1 - token.start
        at, end, quote = token.start + size, token.end - size, ""
    else:
        at, end, quote = opening + 1, token.end - 1, "''"
    while at < end:
        if is_format and text[at] == "%" and (width := _directive(text, at, end)):
            letters += COMPUTED
            offsets += [at] * len(COMPUTED)
            at += width
            continue
        letters.append(text[at])
        offsets.append(at)
        at += 2 if quote and text.startswith(quote, at) else 1


def _directive(text: str, at: int, end: int) -> int:
    """Return the length of `%I`, `%1$s` and their like at `at`; 0 where none stands."""
    stop = at + 1
    while stop < end and (text[stop].isdigit() or text[stop] in "$-"):
        stop += 1
    return stop + 1 - at if stop < end and text[stop] in "sIL" else 0


def without_computed(step: SchemaStep) -> SchemaStep:
    """Return the step without the names that only a run knows."""
    known: dict[str, Any] = {field: "" for field in FIELDS if COMPUTED in getattr(step, field)}
    if any(COMPUTED in column for column in step.columns):
        known["columns"] = ()
    parts = tuple(part for part in step.parts if COMPUTED not in part.name)
    is_open = step.open or len(parts) < len(step.parts)
    text = step.text.replace(COMPUTED, "…")
    return step._replace(**known, parts=parts, open=is_open, text=text)
