"""SQL files cut into statements that keep their places: runners, clients and batches included."""

import re

from nonevent.noun import NamedTuple
from nonevent.readers import sqlclients as client
from nonevent.readers.sqldirectives import Directive, alone_of, base_of, directive, mask, way_of
from nonevent.readers.sqllexer import Token, next_token, significant

__all__ = ["Piece", "Split", "split"]

KEPT = 20_000  # tokens of one statement; what is longer no parser gets to see
KEPT_ROWS = 64  # of an INSERT and its like, which are told by their first words
ROWS = frozenset(("INSERT", "VALUES", "REPLACE", "MERGE", "COPY", "SELECT", "UPDATE", "DELETE"))
MODULES = frozenset(("TRIGGER", "PROCEDURE", "PROC", "FUNCTION", "EVENT", "PACKAGE", "BODY"))
# Values as they stand in all dialects alike: no line ends, prefixes, escapes or comments.
VALUE = re.compile(r"'[^'\\]*+'(?!')")
ROW = re.compile(
    rf"(?i:[ \t\d,().+*=]|-(?=\d)|{VALUE.pattern}|(?:null|true|false|default)(?![\w'\"]))++"
)
TRANSACTION = ("TRAN", "TRANSACTION")
OWN_END = frozenset(("IF", "LOOP", "WHILE", "REPEAT", "FOR"))  # `END IF` closes no BEGIN


class Piece(NamedTuple):
    """A stretch of the text; all of them, one after the other, are the text."""

    kind: str  # "statement", "client" (a line for the client), "data" (COPY's), "gap" (the rest)
    start: int
    end: int
    tokens: tuple[Token, ...] = ()  # of a statement, without comments; its first ones if long
    direction: str = "up"
    wrapped: bool | None = None  # whether the runner puts it in a transaction; None: unknown
    closed: bool = True  # False: a quote, comment or body in it never ends
    whole: bool = True  # False: `tokens` are not all
    section: int = 0  # which part of the file: explicit transactions do not reach over its end


class Split(NamedTuple):
    """A file in pieces."""

    text: str  # of the same length as the file, SQL in special comments laid open
    pieces: tuple[Piece, ...]
    comments: tuple[Token, ...]


def split(text: str, dialect: str, path: str = "") -> Split:
    """Return the pieces of `text`, whatever it holds; `path` tells up from down by its name."""
    masked = mask(text, dialect)
    splitter = _Splitter(masked.text, dialect, way_of(path))
    splitter.base = base_of(text)
    splitter.wrapped = splitter.base
    splitter.alone = alone_of(text)
    splitter.ways_back = [*masked.ways_back]
    splitter.run()
    return Split(masked.text, tuple(splitter.pieces), tuple(splitter.comments))


SEMICOLON = ";"


class _Splitter:
    """One pass over the text; `step` reads one token or one client line."""

    def __init__(self, text: str, dialect: str, way: str) -> None:
        self.text = text
        self.dialect = dialect
        self.way = way  # of the file
        self.position = 0
        self.pieces: list[Piece] = []
        self.comments: list[Token] = []
        self.tokens: list[Token] = []  # of the statement at hand
        self.last: Token | None = None  # its last token, also where it was not kept
        self.closed = True
        self.whole = True
        self.depth = 0  # of BEGIN … END
        self.parens = 0
        self.cases = 0  # of CASE … END in T-SQL, whose other ENDs close a statement
        self.ended = False  # a block of the statement at hand was closed
        self.delimiter = SEMICOLON
        self.direction = way
        self.base: bool | None = None
        self.wrapped: bool | None = None
        self.alone: frozenset[str] = frozenset()  # directions without a transaction
        self.section = 0
        self.ways_back: list[tuple[int, int]] = []
        self.slashes = dialect == "oracle" and client.SLASH_LINE.search(text) is not None

    # -- the pass ------------------------------------------------------------------------------

    def run(self) -> None:
        for start, stop in self.ways_back:
            self._until(start)
            kept = (self.direction, self.wrapped)
            self._turn(Directive("down"))
            self._until(stop)
            self._turn(Directive(kept[0], kept[1], says_wrapped=True))
        self._until(len(self.text))
        self._gap(len(self.text))

    def _until(self, end: int) -> None:
        while self.position < end:
            self._step(end)
        self._finish()

    def _step(self, end: int) -> None:
        position = self.position
        if not self.whole and self._rows(position, end):
            return
        if self._client_line(position) or self._delimited(position):
            return
        token = next_token(self.text, position, end, self.dialect)
        if token.kind == "word" and self.delimiter in token.word:
            token = self._before_delimiter(token)
        self.position = token.end
        if token.kind == "comment":
            self._comment(token)
        elif token.kind in {"space", "blank"}:
            return
        elif token.word == SEMICOLON and self.delimiter == SEMICOLON:
            self._semicolon(token)
        elif token.word == "\\" and self.dialect in {"", "postgresql", "mysql"}:
            self._finish()
            self._take("client", position, self._line_end(position))
        else:
            self._push(token)

    def _push(self, token: Token) -> None:
        if self.dialect == "mssql" and self.tokens and self._begins(token):
            self._finish()
        self.closed &= token.closed
        self.last = token
        rows = self.tokens and self.tokens[0].word in ROWS
        if len(self.tokens) < (KEPT_ROWS if rows else KEPT):
            self.tokens.append(token)
        else:
            self.whole = False
        if self.dialect == "mssql":
            self.cases += {"CASE": 1, "END": -1 if self.cases else 0}.get(token.word, 0)
        elif token.kind == "word":
            self._block(token)
        if token.word == "(":
            self.parens += 1
        elif token.word == ")":
            self.parens = max(0, self.parens - 1)

    def _rows(self, position: int, end: int) -> bool:
        """Step over plain values of a long INSERT: nothing among them ends it or needs a token."""
        match = ROW.match(self.text, position, end) if self.delimiter == SEMICOLON else None
        if match is None:
            return False
        bare = VALUE.sub("", match[0])
        self.parens = max(0, self.parens + bare.count("(") - bare.count(")"))
        self.last = Token("sign", position, match.end())
        self.position = match.end()
        return True

    # -- ends of statements --------------------------------------------------------------------

    def _semicolon(self, token: Token) -> None:
        if self._is_rule() and self.parens:
            return
        module = self._is_module()
        if self.dialect == "mssql" and module:
            return
        if self.dialect == "oracle" and (module or self._first() in {"BEGIN", "DECLARE"}):
            if self.slashes or not self.ended or self.depth > 0:
                self.last = token  # the `;` after END belongs to the block
                return
        elif self.depth > 0:
            return
        self._finish()

    def _delimited(self, position: int) -> bool:
        """Consume the delimiter that a DELIMITER line or a changeset has set."""
        if self.delimiter == SEMICOLON or not self.text.startswith(self.delimiter, position):
            return False
        self._finish()
        self.position = position + len(self.delimiter)
        return True

    def _before_delimiter(self, token: Token) -> Token:
        """Return the part of a word before the delimiter: `END` of `END$$`, a name in MySQL."""
        word = token.word.partition(self.delimiter)[0]
        return token._replace(end=token.start + len(word), word=word) if word else token

    def _finish(self) -> None:
        """Close the statement at hand, if there is one."""
        if self.last is not None and self.tokens:
            start, end = self.tokens[0].start, self.last.end
            self._gap(start)
            self.pieces.append(
                Piece(
                    "statement",
                    start,
                    end,
                    significant(self.tokens),
                    self.direction,
                    self.wrapped,
                    self.closed and self.depth <= 0,
                    self.whole,
                    self.section,
                )
            )
            if self._is_copy():
                self._copied_rows(end)
        self.tokens, self.last, self.closed, self.whole = [], None, True, True
        self.depth, self.parens, self.cases, self.ended = 0, 0, 0, False

    def _gap(self, start: int) -> None:
        done = self.pieces[-1].end if self.pieces else 0
        if start > done:
            self.pieces.append(Piece("gap", done, start))

    def _take(self, kind: str, start: int, end: int) -> None:
        """Append a stretch that is no statement and go on after it."""
        self._gap(start)
        if end > start:
            self.pieces.append(Piece(kind, start, end, (), self.direction, section=self.section))
        self.position = end

    # -- lines ---------------------------------------------------------------------------------

    def _line_end(self, position: int) -> int:
        match = client.LINE.match(self.text, position)
        return match.end() if match else position

    def _at_line_start(self, position: int) -> bool:
        while position > 0 and self.text[position - 1] in " \t\ufeff":
            position -= 1
        return position == 0 or self.text[position - 1] in "\r\n"

    def _client_line(self, position: int) -> bool:
        first = self.text[position]
        if first in "gG/." and self._batch_end(position, first):
            return True
        if self.tokens:
            return False
        rule = client.CLIENT.get(self.dialect)
        if first in "dD" and (match := client.DELIMITER.match(self.text, position)):
            self.delimiter = match[1]
            self._take("client", position, match.end())
            return True
        if first in "sS" and (match := client.TERMINATOR.match(self.text, position)):
            self.delimiter = match[1]
            self._take("client", position, match.end())
            return True
        if rule and rule.match(self.text, position) and self._at_line_start(position):
            end = self._line_end(position)
            self._hear(self.text[position:end])
            self._take("client", position, end)
            return True
        return False

    def _batch_end(self, position: int, first: str) -> bool:
        """Consume `GO` of T-SQL, and `/` or `.` of SQL*Plus, alone on a line."""
        if first in "gG":
            match = client.GO.match(self.text, position) if self.dialect in {"mssql", ""} else None
        elif self.dialect == "oracle" or (self.dialect == "" and first == "/"):
            match = client.SLASH.match(self.text, position)
        else:
            match = None
        if match is None or not self._at_line_start(position):
            return False
        self._finish()
        self._take("client", position, match.end())
        return True

    def _copied_rows(self, end: int) -> None:
        """Step over the rows that follow `COPY … FROM stdin;` up to the line that ends them."""
        start = self._line_end(end)
        match = client.COPY_END.search(self.text, start)
        self._take("data", start, match.end() if match else len(self.text))

    # -- comments ------------------------------------------------------------------------------

    def _comment(self, token: Token) -> None:
        self.comments.append(token)
        self.closed &= token.closed or not self.tokens
        self._hear(self.text[token.start : token.end])

    def _hear(self, comment: str) -> None:
        said = directive(comment) if len(comment) < 2000 else None  # noqa: PLR2004 prose
        if said is not None:
            self._turn(said)

    def _turn(self, said: Directive) -> None:
        self._finish()
        if said.direction is not None:
            self.direction = "down" if self.way == "down" else said.direction
            self.section += 1
            self.wrapped = self.base
        if said.says_wrapped and self.base is None:
            self.wrapped = said.wrapped and self.direction not in self.alone
        if said.delimiter is not None:
            self.delimiter = said.delimiter

    # -- what the statement at hand is ---------------------------------------------------------

    def _first(self) -> str:
        return self.tokens[0].word if self.tokens else ""

    def _is_module(self) -> bool:
        """Whether it creates a procedure, trigger or the like, whose body holds semicolons."""
        if self._first() not in {"CREATE", "ALTER"}:
            return False
        heads = [token.word for token in self.tokens[1:14]]
        # A view is alone in its T-SQL batch.
        return not MODULES.isdisjoint(heads) or (self.dialect == "mssql" and "VIEW" in heads[:3])

    def _is_rule(self) -> bool:
        return self._first() == "CREATE" and any(t.word == "RULE" for t in self.tokens[1:4])

    def _is_copy(self) -> bool:
        words = [token.word for token in self.tokens]
        if self._first() != "COPY" or "FROM" not in words:
            return False
        return "STDIN" in words[words.index("FROM") + 1 :][:1]

    def _block(self, token: Token) -> None:
        """Keep count of BEGIN … END, where the statement is of a kind that has a body."""
        word, before = token.word, self.tokens[-2].word if len(self.tokens) > 1 else ""
        if word in {"BEGIN", "CASE"} and before != "END":
            in_body = self.depth > 0 or (word == "BEGIN" and self._opens_body())
            self.depth += 1 if in_body else 0
        elif word == "END":
            self.depth -= 1 if self.depth > 0 or self.dialect == "oracle" else 0
            self.ended = self.depth <= 0
        elif before == "END" and word in OWN_END and (self.depth > 0 or self.ended):
            self.depth += 1
            self.ended = False

    def _opens_body(self) -> bool:
        if self.dialect == "oracle" and self._first() in {"BEGIN", "DECLARE"}:
            return True
        return self._is_module()

    def _begins(self, token: Token) -> bool:
        """Whether a T-SQL statement begins at the token, the one before having no semicolon."""
        if token.kind != "word" or self.parens or self.cases or self._is_module():
            return False
        if self.tokens[-1].word == "OR":  # CREATE OR ALTER
            return False
        if self._first() in client.RIGHTS:
            return self._at_line_start(token.start)
        if len(self.tokens) < 3 and self._first() in client.ON_ITS_OWN:  # noqa: PLR2004 BEGIN TRY
            named = self.tokens[-1].word in TRANSACTION  # BEGIN TRANSACTION name
            return not named and token.word not in {*TRANSACTION, "TRY", "CATCH"}
        if client.ANYWHERE.match(self.text, token.start):
            return not (self._first() == "ALTER" and token.word == "DROP")
        return (
            self._at_line_start(token.start)
            and client.AT_LINE.match(self.text, token.start) is not None
        )
