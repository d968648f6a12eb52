"""The door: `nonevent check` without the weight of a command-line library.

A commit hook starts this program for a handful of files, and importing click costs more than
checking them. A well-formed `check` is therefore read here, by hand, from the one table of
options; whatever else it is (help, another command, a mistake) goes to `nonevent.cli`, whose
`check` is made from the same table.
"""

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING

from nonevent.error import UserError
from nonevent.options import (
    AUTO,
    BASE,
    BASELINE,
    CHECK,
    COMPLETION,
    MISUSE,
    SARIF,
    Given,
    Options,
    Value,
    complete,
    field,
)

if TYPE_CHECKING:
    from nonevent.baseline import Baseline
    from nonevent.config import Config
    from nonevent.pipeline import Run
    from nonevent.progress import Tell

__all__ = ["check", "main", "parse"]

INTERRUPTED = 130  # 128 + SIGINT, as shells count


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code: see `nonevent check --help`.

    Without `argv` the process is taken to be the program's own, and ends here.
    """
    if argv is not None:
        return _main(list(argv))
    # Of 50 ms that a commit hook takes, 6 went into looking for reference cycles, most of them
    # at exit, where all memory goes anyway. Facts and syntax trees hold none; what a library
    # leaves behind is gone with the run.
    gc.disable()
    code = _main(sys.argv[1:])
    # Taking a hundred modules down costs 4 ms of 50. Nothing waits for it: files are closed and
    # scratch folders removed where they are made.
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # gone, closed, or never there
            stream.flush()
    if "joblib" in sys.modules:
        sys.exit(code)  # its workers would stay for minutes, and whoever reads their output wait
    os._exit(code)


def _main(arguments: list[str]) -> int:
    try:
        return _run(arguments)
    except UserError as error:
        _complain(str(error))
        return MISUSE
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["check"] and COMPLETION not in os.environ:
        given = parse(arguments[1:])
        if given is not None:
            return check(given, arguments)
    from nonevent import cli

    return cli.main(arguments, lambda given: check(given, arguments))


def parse(arguments: Sequence[str]) -> Given | None:
    """Return what well-formed arguments of `check` say; None where click has to look at them."""
    options = {option.name: option for option in CHECK}
    given: dict[str, Value] = {}
    repeated: dict[str, list[str]] = {}
    paths: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            paths.extend(rest)
        elif argument == "-" or not argument.startswith("-"):
            paths.append(argument)
        else:
            name, equals, value = argument.partition("=")
            option = options.get(name)
            if option is None or (equals and option.kind == "flag"):
                return None
            if option.kind == "flag":
                given[field(option)] = True
                continue
            text = value if equals else next(rest, None)
            # click takes what looks like an option for a value: let it
            if text is None or (not equals and text.startswith("-") and text != "-"):
                return None
            if option.kind == "repeatable":
                repeated.setdefault(field(option), []).append(text)
            else:
                given[field(option)] = text
    given.update((name, tuple(texts)) for name, texts in repeated.items())
    return {**given, "paths": tuple(paths)} if paths else given


def check(given: Given, arguments: Sequence[str]) -> int:
    """Check what `given` says, write the reports and return the exit code.

    Raises:
        UserError: something given is not there or makes no sense.

    """
    if given.get("watch"):
        from nonevent.watching import watch

        once = {name: value for name, value in given.items() if name != "watch"}
        return watch(given, lambda: check(once, arguments))
    from nonevent import config, output

    folder = output.working_directory()
    given, target = _resolved(given)
    told = None
    if given.get("trust") == BASE:
        from nonevent import trust

        options, settings, accepted, told = trust.settle(given, folder, target)
    else:
        settings = config.load(folder, str(given.get("config", "")))
        options = complete(given, settings.settings)
        accepted = _baseline(options, given, settings, folder)
    options = options._replace(arguments=tuple(arguments))
    output.refuse(options.output)
    in_sarif = any(each.format in SARIF for each in options.output)
    build = None
    if in_sarif:
        from nonevent.sources.ci import suited

        outputs, build = suited(options.output, os.environ)
        options = options._replace(output=outputs)

    from nonevent import pipeline

    with _shown(options) as tell:
        run = pipeline.begin(options, settings, folder, accepted, told, tell=tell)
    fixed = 0
    if options.fix or options.show_diff:
        run, fixed = _mend(run, options)
    report = pipeline.conclude(run, options)._replace(fixed=fixed)
    prints_fixes = any(each.format in output.TELL_FIXES for each in options.output)
    if prints_fixes and any(found.edits for found in report.findings):
        from nonevent.fixing import described

        report = described(report, run, options)
    if options.diff:
        from nonevent.scoring import beside

        report = report._replace(risk=beside(folder, options.diff, report))
    if in_sarif:
        from nonevent.sources.origin import origin_of

        report = report._replace(origin=origin_of(run.root, report.head), build=build)
    output.write(options, report)
    output.tell(options, report)
    return report.exit_code


def _shown(options: Options) -> "AbstractContextManager[Tell | None]":
    """Return what shows how far the run is; most often nobody looks, and nothing is imported."""
    if options.quiet or sys.stderr is None or not sys.stderr.isatty():
        return nullcontext()
    from nonevent.progress import progress

    return progress()


def _resolved(given: Given) -> tuple[Given, str]:
    """Return what was said, with what the build server says of the change, and what it goes to."""
    if given.get("diff") != AUTO:
        return given, ""
    from nonevent.sources.ci import event_of

    event = event_of(os.environ)
    if event.foreign and not given.get("trust"):
        if not given.get("quiet"):
            said = (
                "the change comes from a fork: settings, baseline and facts are those of the base"
            )
            _say(f"{event.server}: {said} (--trust base)")
        given = {**given, "trust": BASE}
    return {**given, "diff": event.base}, event.target


def _baseline(options: Options, given: Given, settings: "Config", folder: str) -> "Baseline | None":
    """Return the baseline that was named, or the one that is there; None where there is none."""
    if options.no_baseline:
        return None
    places = (settings.root, folder)
    if not options.baseline and not any(
        os.path.isfile(os.path.join(place, BASELINE)) for place in places if place
    ):
        return None  # most projects: nothing more is imported
    from nonevent import baseline

    path = baseline.find(options.baseline, bool(given.get("baseline")), *places)
    return baseline.read(path, os.path.relpath(path, folder))


def _mend(run: "Run", options: Options) -> "tuple[Run, int]":
    """Mend what can be, or print how; return the run as it then is, and how much is gone."""
    from nonevent import output
    from nonevent.fixing import mending

    mended = mending(run, options)
    if mended.diff:  # bytes as they are, whatever the encoding of each file
        output.to_stdout(mended.diff.decode("latin-1"), "latin-1")
    for line in mended.left:
        _say(line)
    return mended.run, mended.fixed


def _complain(text: str) -> None:
    _say(f"Error: {text}")


def _say(text: str) -> None:
    """Write one line to standard error, without the codes and commands that a name may hold."""
    if sys.stderr is None:  # started with standard error closed
        return
    safe = "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)
    from nonevent.reports.inert import defuse

    sys.stderr.write(f"{defuse(safe)}\n")
