"""Reports on their way out: to standard output or to files, whole or not at all."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence

from nonevent.error import UserError
from nonevent.nearest import hint
from nonevent.options import SARIF, Options, Output
from nonevent.report import Report

__all__ = [
    "TELL_FIXES",
    "colored",
    "on_terminal",
    "paints",
    "refuse",
    "replace_file",
    "send",
    "tell",
    "to_file",
    "to_stdout",
    "working_directory",
    "write",
]

# Read by programs, which expect UTF-8 wherever they run; the others follow the terminal.
EXCHANGED = ("json", *SARIF, "gitlab", "markdown", "jsonl", "junit", "rdjson", "sonar")
# Read by people: they say what was not analysed, and how much was found.
READ = ("full", "concise", "github", "markdown")
# They hold the characters that a fix changes.
TELL_FIXES = ("json", *SARIF, "jsonl", "rdjson")


def refuse(outputs: Sequence[Output], formats: Iterable[str] = ()) -> None:
    """Raise where a report cannot be written, before the work is done.

    Raises:
        UserError: the format is none of `formats`, those of `check` if they are not given, or
            the file's folder is not there.

    """
    from nonevent.reports import FORMATS

    known = tuple(formats or FORMATS)
    for format_, file in outputs:
        if format_ not in known:
            raise UserError(f"--output does not know the format '{format_}'{hint(format_, known)}")
        folder = os.path.dirname(file)
        if folder and not os.path.isdir(folder):
            raise UserError(f"--output {format_}:{file}: the folder '{folder}' does not exist")
        if file and os.path.isdir(file):
            raise UserError(f"--output {format_}:{file}: '{file}' is a folder, not a file")


def write(options: Options, report: Report) -> None:
    """Render and write each report that was asked for.

    Raises:
        UserError: a file cannot be written.

    """
    from nonevent.reports import render

    for format_, file in options.output:
        text = render(report, format_, color=paints(options.color, file))
        send(text, file, "utf-8" if format_ in EXCHANGED else "")


def send(text: str, file: str, encoding: str = "") -> None:
    """Write a report to its file, in UTF-8; to standard output, in `encoding`, without one.

    Raises:
        UserError: it cannot be written.

    """
    if file:
        to_file(file, text)
    else:
        to_stdout(text, encoding)


def tell(options: Options, report: Report) -> None:
    """Write to standard error what no report on standard output says to a person."""
    told = any(not output.file and output.format in READ for output in options.output)
    if told or options.quiet or sys.stderr is None:
        return
    from nonevent.reports.inert import defuse, visible, whereabouts
    from nonevent.reports.summary import last

    for note in report.notes:
        place = whereabouts(note)
        said = f"{place}: not analysed ({note.kind}): {visible(note.message)}"
        sys.stderr.write(f"{defuse(said)}\n")
    for line in last(report):
        sys.stderr.write(f"{defuse(line)}\n")


def paints(choice: str, file: str) -> bool:
    """Tell whether a report that goes to a file, or to standard output, gets colours."""
    return colored(choice, os.environ, terminal=not file and on_terminal())


def colored(choice: str, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Tell whether a report gets colours: the option first, then what the environment asks.

    See https://no-color.org and https://force-color.org: any value that is not empty counts.
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return terminal and environment.get("TERM") != "dumb"


def working_directory() -> str:
    """Return the working directory, in which the paths of the command line are meant.

    Raises:
        UserError: it is gone.

    """
    try:
        return os.getcwd()
    except OSError as error:
        raise UserError(f"the working directory cannot be read: {error.strerror}") from None


def on_terminal() -> bool:
    """Tell whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def to_stdout(text: str, encoding: str = "") -> None:
    """Write `text` to standard output, in its own encoding if none is named.

    What the encoding lacks is written as an escape. A reader that has gone is no mistake.

    Raises:
        UserError: it takes no more, a full disk for instance.

    """
    stream = sys.stdout
    if stream is None:  # started with standard output closed
        return
    binary = getattr(stream, "buffer", None)
    if binary is None:  # replaced by a stream of text alone
        stream.write(text)
        return
    try:
        stream.flush()
        binary.write(text.encode(encoding or stream.encoding, "backslashreplace"))
        binary.flush()
    except OSError as error:
        # Python would complain once more when it flushes at exit:
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        if not isinstance(error, BrokenPipeError):  # that reader has seen enough: `| head`
            raise UserError(f"standard output cannot be written: {error.strerror}") from None


def to_file(file: str, text: str) -> None:
    """Write `text` to a file, at once where that can be.

    Raises:
        UserError: it cannot be written.

    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        if os.path.exists(file) and not os.path.isfile(file):  # a pipe, or /dev/null
            with open(file, "wb") as stream:
                stream.write(data)
        else:
            replace_file(os.path.realpath(file), data)
    except OSError as error:
        raise UserError(f"'{file}' cannot be written: {error.strerror}") from None


def replace_file(path: str, data: bytes) -> None:
    """Write `data` to `path` at once: a reader meets the old content or the new, never a part.

    Raises:
        OSError: the folder or the file cannot be written.

    """
    # Not `tempfile`: it takes as long to import as a check of three files, and makes files that
    # nobody else may read.
    scratch = os.path.join(os.path.dirname(path), f".nonevent-{os.urandom(8).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(scratch, flags, 0o666)
    try:
        with open(handle, "wb") as stream:
            stream.write(data)
        os.replace(scratch, path)
    except BaseException:
        os.unlink(scratch)
        raise
