"""What `nonevent check` may be told: one table of options, and the options of one run."""

from collections.abc import Mapping

from nonevent.error import UserError
from nonevent.finding import SEVERITIES, Persona
from nonevent.nearest import hint
from nonevent.noun import NamedTuple

__all__ = [
    "AUTO",
    "BASE",
    "BASELINE",
    "CHECK",
    "COMPLETION",
    "MISUSE",
    "SARIF",
    "SETTINGS",
    "Given",
    "Option",
    "Options",
    "Output",
    "Value",
    "complete",
    "field",
    "refuse",
]

MISUSE = 2  # exit code of a run that was asked for what cannot be done
AUTO = "auto"  # for --diff: what the build server names; the branch is refs/heads/auto
BASE = "base"  # for --trust
BASELINE = "nonevent-baseline.json"  # where it is looked for
COMPLETION = "_NONEVENT_COMPLETE"  # set by the shell when it asks for completions

SARIF = ("sarif", "sarif-github", "sarif-azure")  # formats of one kind

Value = str | bool | tuple[str, ...]
Given = Mapping[str, Value]  # field name → what the command line or the settings say


class Option(NamedTuple):
    """One option of the command line and, where `setting`, one key under `[tool.nonevent]`."""

    name: str  # "--fail-on"; as a key without the dashes: "fail-on"
    kind: str  # "flag", "value" or "repeatable"
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    default: str = ""  # as written on the command line; "" none
    setting: bool = False


CHECK = (
    Option(
        "--diff",
        "value",
        "Check what changed since the merge base of BASE and HEAD, or between A..B; "
        "only findings that the change brings are reported, in files that it leaves alone as well. "
        "auto takes the BASE that the build server names.",
        "REVISIONS",
    ),
    Option(
        "--staged",
        "flag",
        "Check what is staged for the next commit; of the files that it leaves alone only those "
        "are looked at to which it leads within a few steps.",
    ),
    Option("--patch", "value", "Check a unified diff; - reads it from standard input.", "FILE"),
    Option(
        "--output",
        "repeatable",
        "Report format, to standard output or to FILE; repeatable, at most one without FILE.",
        "FORMAT[:FILE]",
        default="full",
    ),
    Option(
        "--select",
        "repeatable",
        "Only these rules or families; repeatable, replaces the setting.",
        "RULE[,RULE]",
        setting=True,
    ),
    Option(
        "--ignore",
        "repeatable",
        "Not these rules or families; repeatable, replaces the setting.",
        "RULE[,RULE]",
        setting=True,
    ),
    Option(
        "--exclude",
        "repeatable",
        "Leave out files, in the form of a .gitignore line; repeatable, adds to the setting.",
        "GLOB",
        setting=True,
    ),
    Option(
        "--persona",
        "value",
        "Who reads it: pedantic also hears what rarely matters, auditor also what is only likely.",
        choices=tuple(Persona),
        default="regular",
        setting=True,
    ),
    Option(
        "--fail-on",
        "value",
        "Severity from which findings end the run with exit code 1.",
        choices=(*SEVERITIES, "never"),
        default="warning",
        setting=True,
    ),
    Option(
        "--strict",
        "flag",
        "End with exit code 3 when something given could not be analysed.",
        setting=True,
    ),
    Option(
        "--dialect",
        "value",
        "Database of SQL files that do not show it themselves.",
        choices=("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"),
        setting=True,
    ),
    Option(
        "--color",
        "value",
        "Colours; auto heeds the terminal, NO_COLOR and FORCE_COLOR.",
        choices=("auto", "always", "never"),
        default="auto",
    ),
    Option("--fix", "flag", "Mend the files where that is local and certain."),
    Option("--show-diff", "flag", "Print what --fix would change, as a diff; change nothing."),
    Option(
        "--unsafe-fixes",
        "flag",
        "With --fix or --show-diff: also edits that may change more than what was found.",
    ),
    Option(
        "--baseline",
        "value",
        "Leave out what this file accepts, see nonevent baseline; without it the "
        f"{BASELINE} beside the settings or in the working directory.",
        "FILE",
        setting=True,
    ),
    Option("--no-baseline", "flag", "Report also what the baseline accepts."),
    Option(
        "--trust",
        "value",
        "Whose settings, baseline and facts count: base takes those of the version before the "
        "change, and reports what the change alters in them. Default: base where --diff auto "
        "meets a change from a fork, else change.",
        choices=("base", "change"),
    ),
    Option(
        "--config",
        "value",
        "Settings: a nonevent.toml, or a TOML file with [tool.nonevent].",
        "FILE",
    ),
    Option("--watch", "flag", "Check again whenever a file changes, until Ctrl-C."),
    Option(
        "--statistics",
        "flag",
        "Print how often each rule finds something, instead of the findings.",
    ),
    Option("--quiet", "flag", "Print nothing but the report and errors."),
    Option("--no-cache", "flag", "Read every file anew and keep nothing for the next run."),
    Option(
        "--cache-dir",
        "value",
        "Keep what is known of unchanged files here, instead of in .nonevent_cache.",
        "DIR",
    ),
)


# What the settings alone say.
SETTINGS = (
    Option(
        "--fix-timeout",
        "value",
        "What --fix passes as a timeout: seconds, a pair of them, or a setting of the project.",
        "SECONDS|MODULE:NAME",
        setting=True,
    ),
    Option(
        "--facts",
        "repeatable",
        "Files with rows for the catalogues, relative to the file of the settings.",
        "FILE",
        setting=True,
    ),
)


class Output(NamedTuple):
    """One report to write."""

    format: str  # "sarif"
    file: str = ""  # as given; "" standard output


class Options(NamedTuple):
    """The options of one run: command line over settings over defaults."""

    paths: tuple[str, ...] = (".",)  # as given, relative to the working directory
    diff: str = ""  # "BASE" or "A..B"; of diff, staged and patch at most one is given
    staged: bool = False
    patch: str = ""  # a file; "-" standard input
    output: tuple[Output, ...] = (Output("full"),)
    select: tuple[str, ...] = ()  # rule ids and families; () all
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()  # lines of .gitignore form, those of the settings first
    persona: Persona = Persona.REGULAR
    fail_on: str = "warning"  # a severity, or "never"
    strict: bool = False
    dialect: str = ""  # "" where the file or the project tells it
    color: str = "auto"
    config: str = ""  # a file; "" the nearest pyproject.toml
    watch: bool = False
    statistics: bool = False
    quiet: bool = False
    arguments: tuple[str, ...] = ()  # the command line as it was given, for the report
    facts: tuple[str, ...] = ()  # files, relative to the folder of the settings
    no_cache: bool = False
    cache_dir: str = ""  # a folder; "" the one of its own name in the working directory
    fix: bool = False  # of fix and show_diff at most one is given
    show_diff: bool = False
    unsafe_fixes: bool = False
    baseline: str = ""  # a file; "" where there is one of the usual name
    no_baseline: bool = False
    trust: str = "change"  # whose settings, baseline and facts count; or "base"
    fix_timeout: str = ""  # as in the settings: "(3.05, 27)", "shop.settings:HTTP_TIMEOUT"


def field(option: Option) -> str:
    """Return the name of the option's field in `Options`."""
    return option.name[2:].replace("-", "_")


def complete(given: Given, settings: Given) -> Options:
    """Return the options of a run from what the command line and the settings say.

    Raises:
        UserError: a value is none of those offered, is empty, or contradicts another.

    """
    for option in CHECK:
        if field(option) in given:
            refuse(option, given[field(option)], option.name)
    _refuse_two_sources(given)
    _refuse_two_baselines(given)
    if given.get("trust") == BASE and not (given.get("diff") or given.get("staged")):
        raise UserError(
            "--trust base is about the version before a change: give --diff or --staged"
        )
    _refuse_fix(given)
    _refuse_watch(given)
    paths = _texts(given, "paths")
    if "" in paths:
        raise UserError("a path is empty: name a file or a directory, '.' for this one")
    said = {**settings, **given}
    values: dict[str, object] = {
        **said,
        "paths": paths or (".",),
        "exclude": _texts(settings, "exclude") + _texts(given, "exclude"),
        "select": _names(_texts(said, "select")),
        "ignore": _names(_texts(said, "ignore")),
        "persona": Persona(str(said.get("persona", "regular"))),
        "output": _outputs(_texts(given, "output"), shows_diff=bool(given.get("show_diff"))),
    }
    return Options(**values)  # type: ignore[arg-type]  # a test holds the fields to the table


def refuse(option: Option, value: Value, said: str) -> None:
    """Raise where `option` does not take `value`; `said` is how the user wrote its name.

    Raises:
        UserError: the value is empty, or none of the choices.

    """
    for text in value if isinstance(value, tuple) else (value,):
        if isinstance(text, bool):
            continue
        if not text.strip(" ,"):
            raise UserError(
                f"{said} is empty: it takes {option.metavar or '|'.join(option.choices)}"
            )
        if option.choices and text not in option.choices:
            raise UserError(f"{said} does not take '{text}'{hint(text, option.choices)}")


def _refuse_two_sources(given: Given) -> None:
    sources = [f"--{name}" for name in ("diff", "staged", "patch") if given.get(name)]
    if len(sources) > 1:
        raise UserError(f"{' and '.join(sources)} exclude each other: give one")


def _refuse_two_baselines(given: Given) -> None:
    if given.get("baseline") and given.get("no_baseline"):
        raise UserError("--baseline and --no-baseline exclude each other: give one")


def _refuse_fix(given: Given) -> None:
    """Raise where files were to be mended that are not those of the work tree, and the like."""
    if given.get("fix") and given.get("show_diff"):
        raise UserError("--fix and --show-diff exclude each other: give one")
    if given.get("unsafe_fixes") and not (given.get("fix") or given.get("show_diff")):
        raise UserError("--unsafe-fixes says what --fix or --show-diff may do: give one of them")
    others = {name: bool(given.get(name)) for name in ("staged", "patch")}
    others["diff"] = ".." in str(given.get("diff", ""))
    for name, checked in others.items():
        if checked and given.get("fix"):
            said = f"--diff {given['diff']}" if name == "diff" else f"--{name}"
            raise UserError(
                f"--fix changes files of the work tree, {said} checks others: "
                "--show-diff prints what to change"
            )


def _refuse_watch(given: Given) -> None:
    """Raise where nothing that is checked can change, or the run itself would change it."""
    if not given.get("watch"):
        return
    if given.get("fix"):
        raise UserError("--watch and --fix exclude each other: --show-diff prints what to change")
    if given.get("patch") == "-":
        raise UserError("--watch reads a patch again when it changes: give --patch a FILE")
    if ".." in str(given.get("diff", "")):
        raise UserError(f"--diff {given['diff']} compares commits: --watch has nothing to wait for")


def _texts(values: Given, name: str) -> tuple[str, ...]:
    value = values.get(name, ())
    return value if isinstance(value, tuple) else (str(value),)


def _names(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Split at commas: ("a,b", "c") → ("a", "b", "c")."""
    parts = [part.strip() for text in texts for part in text.split(",")]
    return tuple(part for part in parts if part)


def _outputs(texts: tuple[str, ...], *, shows_diff: bool) -> tuple[Output, ...]:
    if not texts:
        return () if shows_diff else (Output("full"),)
    outputs = []
    for text in texts:
        name, colon, file = text.partition(":")
        if colon and not file:
            raise UserError(f"--output {text} names no file after the colon")
        outputs.append(Output(name, "" if file == "-" else file))
    taken = [output.file for output in outputs]
    if shows_diff and "" in taken:
        raise UserError("--show-diff prints to standard output: give --output a FILE")
    for output in outputs:
        if taken.count(output.file) > 1:
            where = f"'{output.file}'" if output.file else "standard output"
            raise UserError(f"--output writes more than one report to {where}: give each a FILE")
    return tuple(outputs)
