"""Migrations replayed statement by statement, what is seen beside what was predicted."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from nonevent.facts import Operation, SchemaStep
from nonevent.progress import Tell
from nonevent.prove.compare import Effect, differences
from nonevent.prove.observe import Bench, Hold, Seen
from nonevent.prove.roles import find_own, find_roles, joined
from nonevent.prove.statements import Migration, Statement

__all__ = ["Forecast", "Outcome", "Replayed", "replay"]

Forecast = Callable[[SchemaStep], Sequence[Effect]]

CONTROLS = (Operation.BEGIN, Operation.END)
# What opens or ends a transaction, or concerns the session alone: nothing is predicted of it.
QUIET = (*CONTROLS, Operation.SET)
OUTSIDE = "ran outside of a transaction: what stood before it was committed first"
IDLE = "it did nothing: IF EXISTS or IF NOT EXISTS left it out"
OWN_LOCK = "SHARE UPDATE EXCLUSIVE"  # what each statement that refuses a transaction waits for


# Of Flyway, of Go templates and Jinja, of psql. https://documentation.red-gate.com/fd/placeholders
PLACEHOLDER = re.compile(r"\$\{[\w:.-]+\}|\{\{[^}]*\}\}|(?<![:\w]):[\"']?[A-Za-z_]\w*")
BLOCK = re.compile(r"(?i)(?:do|call|select)\b")


class Outcome(NamedTuple):
    """What became of one statement."""

    statement: Statement
    own: str = ""  # the relation that it is about, as the server names it
    effects: tuple[Effect, ...] = ()  # what was predicted; () where nothing was
    seen: Seen | None = None  # None: it was not run, or failed
    differences: tuple[str, ...] = ()
    error: str = ""  # the server's words; "" none
    in_transaction: bool = False
    note: str = ""  # what else a reader needs to know

    @property
    def is_new(self) -> bool:
        """Return whether all that it is about was made earlier in the same file."""
        steps = self.statement.steps
        return bool(steps) and all(step.table_is_new for step in steps)


class Replayed(NamedTuple):
    """What became of one migration."""

    path: str
    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> bool:
        """Return whether the server refused a statement of it."""
        return any(outcome.error for outcome in self.outcomes)


def replay(
    migrations: Sequence[Migration],
    bench: Bench,
    forecasts: Sequence[Forecast],
    tell: Tell | None = None,
) -> Iterator[Replayed]:
    """Run the migrations, each in a transaction unless it says otherwise, and yield what they did.

    They end with the first that fails. `tell` is told of each statement before it runs.
    """
    whole = sum(len(migration.statements) for migration in migrations)
    done = 0

    def count() -> None:
        nonlocal done
        if tell is not None:
            tell("statements", done, whole)
        done += 1

    for migration in migrations:
        replayed = Replayed(migration.path, tuple(_file(migration, bench, forecasts, count)))
        yield replayed
        if replayed.failed:
            return


def _file(
    migration: Migration, bench: Bench, forecasts: Sequence[Forecast], count: Callable[[], None]
) -> Iterator[Outcome]:
    runner = _Runner(bench, forecasts)
    for statement in migration.statements:
        count()
        if statement.reason:
            yield Outcome(statement, note=f"not run: {statement.reason}")
            continue
        outcome = runner.run(statement)
        yield outcome
        if outcome.error:
            bench.execute("ROLLBACK")
            return
    runner.end()


class _Runner:
    """The statements of one file, and the transaction that is opened for them."""

    def __init__(self, bench: Bench, forecasts: Sequence[Forecast]) -> None:
        self.bench = bench
        self.forecasts = forecasts
        self.ours = False  # the transaction at hand is ours, not the file's
        self.over = False  # the file has opened or ended one by itself: what follows is its own

    def run(self, statement: Statement) -> Outcome:
        """Run one statement as its file has it run."""
        import psycopg

        effects = self._predicted(statement)
        controls = any(step.operation in CONTROLS for step in statement.steps)
        refused = not all(effect.transaction for effect in effects) and statement.wrapped is None
        before = self.ours and self.bench.in_transaction
        if controls or refused or statement.wrapped is False:
            self.end()
            self.over = self.over or controls
        elif self.over:
            pass
        elif not self.bench.in_transaction:
            self.bench.execute("BEGIN")
            self.ours = True
        try:
            outcome = self._observed(statement, effects)
        except psycopg.Error as error:
            words = " ".join(str(error).split("\nLINE")[0].split())
            inside = self.bench.in_transaction
            blank = PLACEHOLDER.search(statement.text)
            note = (
                f"its tool puts a value in the place of {blank[0]}; here it has none"
                if blank
                else ""
            )
            return Outcome(
                statement, effects=effects, error=words, in_transaction=inside, note=note
            )
        return outcome._replace(note=OUTSIDE) if refused and before else outcome

    def end(self) -> None:
        """Commit the transaction, if it is ours."""
        if self.ours and self.bench.in_transaction:
            self.bench.execute("COMMIT")
        self.ours = False

    def _observed(self, statement: Statement, effects: tuple[Effect, ...]) -> Outcome:
        step = next(iter(statement.steps), None)
        inside = self.bench.in_transaction
        text = statement.text
        if step is None or step.operation in QUIET:
            return Outcome(statement, seen=self.bench.observe(text), in_transaction=inside)
        owns = list(dict.fromkeys(find_own(self.bench.run, one) for one in statement.steps))
        own = owns[0]
        roles = self._roles(owns, text)
        there = own in roles["read"]
        seen = self.bench.observe(text, [] if inside else self._hold(own))
        outcome = Outcome(statement, own, effects, seen, in_transaction=inside)
        if not effects:
            return outcome
        if all(step.guarded for step in statement.steps) and _is_idle(seen):
            return outcome._replace(effects=(), note=IDLE)
        wrong = differences(
            effects,
            seen,
            own,
            joined(roles, self._roles(owns, text)),
            beside=owns[1:],
            strict=False,
            # how the rows of a query are found is for the planner to say
            reads=not any(one.operation is Operation.DATA for one in statement.steps),
            # what is made has no lock that anybody could wait for
            sampled=not inside or not there,
        )
        if BLOCK.match(text):  # what stands behind a condition may not have run
            wrong = tuple(each for each in wrong if not each.endswith("seen none"))
        return outcome._replace(differences=wrong)

    def _roles(self, owns: Sequence[str], text: str) -> dict[str, set[str]]:
        return joined(*(find_roles(self.bench.run, own, text) for own in owns))

    def _hold(self, own: str) -> list[Hold]:
        """Return what lets a statement outside of a transaction be seen to take its lock."""
        return [Hold(own, OWN_LOCK)] if own and self.bench.is_table(own) else []

    def _predicted(self, statement: Statement) -> tuple[Effect, ...]:
        """Return what is predicted of a statement; () where a part of it is not known."""
        every: list[Effect] = []
        for step in statement.steps:
            told = [effect for forecast in self.forecasts for effect in forecast(step)]
            if not told:
                return ()
            every += told
        return tuple(dict.fromkeys(every))


def _is_idle(seen: Seen) -> bool:
    """Return whether a statement changed nothing: it may still lock the table that it looks at."""
    heavy = any(each.new and each.mode == "ACCESS EXCLUSIVE" for each in seen.locks)
    return not (heavy or seen.rewritten or seen.scanned or seen.built or seen.made)
