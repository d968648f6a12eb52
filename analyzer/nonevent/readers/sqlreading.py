"""One text on its way to schema steps: statement by statement, with what stood before in mind."""

from nonevent.facts import Operation, SchemaStep
from nonevent.location import Location
from nonevent.note import Note, NoteKind
from nonevent.readers.sqlclients import INCLUDES
from nonevent.readers.sqlcolumns import Draft, Fields, Tokens
from nonevent.readers.sqlconduct import conduct, copied_by, guarded, options, rows_of
from nonevent.readers.sqlinner import (
    COMPUTED,
    Inner,
    asked_spans,
    body_of,
    called_by,
    executed,
    inline_body,
    routine_key,
    statements_of,
    without_computed,
)
from nonevent.readers.sqllexer import Token, significant, tokens_of
from nonevent.readers.sqlobjects import read_object
from nonevent.readers.sqlparse import drafts_of
from nonevent.readers.sqlplaces import Locate
from nonevent.readers.sqlsplit import Piece, split
from nonevent.readers.sqlstate import Created, Transaction
from nonevent.readers.sqltokens import read_tokens
from nonevent.readers.sqlupkeep import read_upkeep
from nonevent.readers.sqlverbs import Sort, data_table, sort_of

__all__ = ["Reading"]

SHOWN = 200  # characters of a step's text
DEEPEST = 5  # SQL in strings in strings
QUOTED = 60  # characters of a statement that a note quotes


class Reading:
    """One text on its way to steps."""

    def __init__(
        self,
        text: str,
        dialect: str,
        locate: Locate,
        framework: str,
        in_transaction: bool | None,
    ) -> None:
        self.text = text
        self.dialect = "mysql" if dialect == "mariadb" else dialect  # they are read alike
        self.server = dialect  # and do not lock alike
        self.locate = locate
        self.framework = framework
        self.given = in_transaction
        self.created = Created()
        self.transaction = Transaction()
        self.steps: list[SchemaStep] = []
        self.notes: list[Note] = []
        self.comments: list[Token] = []
        self.direction = "up"
        self.routines: dict[str, Tokens] = {}  # that the file creates and has not called yet
        self.depth = 0  # of strings that hold SQL, in one another
        self.inside: bool | None = None  # the statement at hand is in a transaction
        self.asks = False  # the block at hand has asked the catalogue whether it is to act
        self.extent: tuple[int, int] | None = None  # of the statement at hand, in a file of SQL

    def run(self, path: str) -> None:
        """Read every statement of the text."""
        parts = split(self.text, self.dialect, path)
        self.text = parts.text
        self.comments += parts.comments
        for piece in parts.pieces:
            if piece.kind == "client":
                self._client(piece)
            elif piece.kind == "statement":
                self._piece(piece)

    def _client(self, piece: Piece) -> None:
        line = self.text[piece.start : piece.end]
        if INCLUDES.match(line):
            shown = _one_line(line)
            self._note(
                piece.start, piece.end, f"`{shown}` reads another file, which is not followed"
            )

    def _piece(self, piece: Piece) -> None:
        otherwise = self.given if piece.wrapped is None else piece.wrapped
        self.direction = piece.direction
        self.inside = self.transaction.at(piece.section, otherwise)
        if piece.closed:
            own = self.framework == "sql" and not self.depth and bool(piece.tokens)
            self.extent = (piece.tokens[0].start, piece.tokens[-1].end) if own else None
            self._statement(_from_its_verb(piece.tokens), piece.start, piece.end, whole=piece.whole)
            self.transaction.hear(piece.tokens, self.dialect)
        else:
            self._unknown(
                piece.start, piece.end, "has no end: a quote, comment or body is left open"
            )

    def _statement(self, tokens: Tokens, start: int, end: int, *, whole: bool = True) -> None:
        sort = sort_of(tokens, self.dialect)
        start = tokens[0].start if tokens[0].word else start
        if sort is Sort.DATA:
            copied = copied_by(self.text, tokens)
            fields: Fields = {"table": data_table(self.text, tokens)}
            fields |= {"rows": rows_of(self.text, tokens)}
            fields |= {"columns": copied, "from_query": True} if copied else {}
            self._emit(Draft(Operation.DATA, start, end, fields), tokens)
        elif sort is Sort.OTHER:
            self._other(tokens, start, end)
        elif sort is Sort.BLOCK:
            self._block(tokens, start, end)
        elif sort is Sort.CALL:
            self._call(tokens, start, end)
        else:
            self._schema(tokens, start, end, whole=whole)

    def _other(self, tokens: Tokens, start: int, end: int) -> None:
        called = self.routines.pop(called_by(self.text, tokens), None)
        if called is not None:  # what it was made for stands in its body
            self._body(called)
        drafts = (
            tuple(conduct(self.text, tokens, self.dialect))
            or read_upkeep(self.text, tokens)
            or read_object(self.text, tokens)
            or (Draft(Operation.OTHER, start, end, {}),)
        )
        said = guarded(tokens, start, end)
        for draft in drafts:
            self._emit(draft._replace(fields={**draft.fields, "guarded": said}), tokens)
            if draft.fields.get("object") in {"function", "procedure"}:
                self.routines[routine_key(draft.fields["name"])] = tokens

    def _schema(self, tokens: Tokens, start: int, end: int, *, whole: bool) -> None:
        drafts = drafts_of(self.text, tokens, self.dialect) if whole else None
        if drafts is None:
            why = "is not understood" if whole else "is too long to be read"
            self._unknown(start, end, why)
            return
        asked = options(tokens) if self.dialect in {"", "mysql"} else {}
        for draft in drafts:
            if draft.operation is Operation.UNKNOWN:
                self._unknown(draft.start, draft.end, "is not understood", draft)
            else:
                said = {"guarded": guarded(tokens, draft.start, draft.end), **asked}
                self._emit(draft._replace(fields={**draft.fields, **said}), tokens)

    # -- SQL in SQL ------------------------------------------------------------------------------

    def _block(self, tokens: Tokens, start: int, end: int) -> None:
        """Read the statements of a DO block; it is one step itself where it holds none."""
        before = len(self.steps)
        self._body(tokens)
        if len(self.steps) == before:
            self._emit(Draft(Operation.OTHER, start, end, {}), tokens)

    def _body(self, tokens: Tokens) -> None:
        """Read the statements of a body, in a string or, as MySQL has it, after BEGIN."""
        body = body_of(self.text, tokens)
        if body is not None:
            size = self.text.index("$", body.start + 1) + 1 - body.start
            inner = [*tokens_of(self.text, "postgresql", body.start + size, body.end - size)]
            self.comments += [token for token in inner if token.kind == "comment"]
            kept, self.inside = self.inside, True  # a DO block is one statement, hence atomic
            self._inners(significant(inner))
            self.inside = kept
        elif self.dialect == "mysql":
            self._inners(inline_body(tokens))

    def _inners(self, body: Tokens) -> None:
        """Read the statements of a body, which may ask before they act."""
        spans, outer = asked_spans(body), self.asks
        for statement in statements_of(body):
            at = statement[0].start
            self.asks = outer or any(start <= at < end for start, end in spans)
            self._inner(statement)
        self.asks = outer

    def _inner(self, tokens: Tokens) -> None:
        """Read one statement of a block: what changes schema or rows; the rest is control flow."""
        start, end = tokens[0].start, tokens[-1].end
        if tokens[0].word == "EXECUTE":
            self._call(tokens, start, end, by_name=False)
        elif tokens[0].word in {"CREATE", "ALTER", "DROP", "TRUNCATE", "COMMENT"} or (
            sort_of(tokens, "postgresql") is Sort.DATA
        ):
            self._statement(tokens, start, end)

    def _call(self, tokens: Tokens, start: int, end: int, *, by_name: bool = True) -> None:
        renamed = read_tokens(self.text, tokens, self.dialect)
        if renamed is not None:
            for draft in renamed:
                self._emit(draft, tokens)
            return
        if by_name and _calls_by_name(tokens):
            self._emit(Draft(Operation.OTHER, start, end, {}), tokens)
            return
        inner = executed(self.text, tokens) if self.depth < DEEPEST else None
        if inner is None:
            self._unknown(start, end, "runs SQL that is computed, which is not read")
        else:
            self._run_inner(inner)

    def _run_inner(self, inner: Inner) -> None:
        def locate(start: int, end: int) -> Location:
            last = inner.offsets[max(start, end - 1)]
            # A doubled quote is two characters wide; between two strings there is more.
            width = inner.offsets[end] - last
            return self.locate(inner.offsets[start], last + (2 if width == 2 else 1))  # noqa: PLR2004

        reading = Reading(inner.text, self.server, locate, self.framework, self.inside)
        reading.created = self.created
        reading.depth = self.depth + 1
        reading.asks = self.asks
        reading.direction = self.direction
        for piece in split(inner.text, self.dialect).pieces:
            if piece.kind == "statement":
                reading._piece(piece._replace(direction=self.direction))
        self.steps += [without_computed(step) for step in reading.steps]
        self.notes += reading.notes

    # -- what comes out --------------------------------------------------------------------------

    def _emit(self, draft: Draft, tokens: Tokens) -> None:
        step = self._step(draft)
        step = step._replace(table_is_new=self.created.is_new(step))
        self.created.hear(step, tokens)
        self.steps.append(step)

    def _step(self, draft: Draft) -> SchemaStep:
        fields = {**draft.fields, "guarded": True} if self.asks else draft.fields
        return SchemaStep(
            draft.operation,
            self.locate(draft.start, draft.end),
            self.framework,
            self.server,
            in_transaction=self.inside,
            direction=self.direction,
            text=_one_line(f"{draft.lead} {self.text[draft.start : draft.end][: 10 * SHOWN]}"),
            extent=None if self.extent is None else self.locate(*self.extent),
            **fields,
        )

    def _unknown(self, start: int, end: int, why: str, draft: Draft | None = None) -> None:
        """Say what nobody understands, twice: as a step in its place and as a note."""
        made = Draft(Operation.UNKNOWN, start, end, {}) if draft is None else draft
        step = self._step(made)
        self.steps.append(step)
        text = step.text.replace(COMPUTED, "…")
        shown = text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
        self._note(start, end, f"`{shown}` {why}")

    def _note(self, start: int, end: int, message: str) -> None:
        location = self.locate(start, end)
        self.notes.append(Note(location.path, NoteKind.STATEMENT, message, location.line))


def _one_line(text: str) -> str:
    line = " ".join(text.replace("\0", " ").split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


def _from_its_verb(tokens: Tokens) -> Tokens:
    """Drop what stands before a statement: `{{ config() }} ALTER TABLE …`, `label: UPDATE …`."""
    first = 2 if len(tokens) > 2 and tokens[1].word == ":" else 0  # noqa: PLR2004
    while first + 1 < len(tokens) and tokens[first].kind == "word" and not tokens[first].word:
        first += 1
    return tokens[first:]


def _calls_by_name(tokens: Tokens) -> bool:
    """Tell `EXEC dbo.p 1` and `EXECUTE prepared` from SQL in a string."""
    at = 2 if [token.word for token in tokens[1:2]] == ["IMMEDIATE"] else 1
    if len(tokens) <= at:
        return True
    named = tokens[at].kind in {"word", "quoted"}
    return named and tokens[at].word not in {"FORMAT", "SP_EXECUTESQL"}
