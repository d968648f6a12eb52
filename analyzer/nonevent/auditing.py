"""`nonevent audit`: from the command line to the reports."""

from collections.abc import Sequence

from nonevent import config as config_of
from nonevent import output
from nonevent.ahead import Ahead
from nonevent.audit import audit
from nonevent.config import Config
from nonevent.error import UserError
from nonevent.inventory import Inventory, Moment
from nonevent.note import Note, NoteKind
from nonevent.options import Given, Options, complete
from nonevent.progress import Tell, progress

__all__ = ["FORMATS", "run", "take_stock"]

FORMATS = ("text", "json", "markdown", "html")
# Settings that an inventory heeds: the others say what `check` reports and how it ends.
KEPT = ("exclude", "dialect", "facts", "baseline")
OWN = ("all", "output", "repositories", "since", "trend")  # options that `check` does not have


def run(given: Given, arguments: Sequence[str] = ()) -> int:
    """Write the inventory as the command line says; return the exit code.

    Raises:
        UserError: something given is not there or makes no sense.

    """
    cwd = output.working_directory()
    outputs = complete({"output": given.get("output") or ("text",)}, {}).output
    output.refuse(outputs, FORMATS)
    with progress(quiet=bool(given.get("quiet"))) as tell:
        inventory = take_stock(given, arguments, cwd, tell)
    choice = str(given.get("color", "auto"))
    for format_, file in outputs:
        text = render(inventory, format_, choice, whole=bool(given.get("all")), file=file)
        output.send(text, file, "" if format_ == "text" else "utf-8")
    return 0


def take_stock(
    given: Given,
    arguments: Sequence[str],
    cwd: str,
    tell: Tell | None = None,
    *,
    lenient: bool = False,
) -> Inventory:
    """Return the inventory of the working directory, `cwd`, as its settings and `given` say.

    `tell` is told how far the work is. A `lenient` one notes why earlier versions, or what lies
    ahead, cannot be told.

    Raises:
        UserError: something given is not there or makes no sense.

    """
    settings = config_of.load(cwd, str(given.get("config", "")))
    kept = {name: value for name, value in settings.settings.items() if name in KEPT}
    said = {name: value for name, value in given.items() if name not in OWN}
    options = complete(said, kept)._replace(arguments=tuple(arguments))
    moments: tuple[Moment, ...] = ()
    ahead = None
    notes: list[Note] = []
    try:
        # First: what it keeps is then that of the version at hand.
        moments = _trend(options, settings, cwd, given, tell)
    except UserError as error:
        if not lenient:
            raise
        notes.append(Note("", NoteKind.HISTORY, str(error)))
    try:
        ahead = _ahead(options, settings, cwd, given)
    except UserError as error:
        if not lenient:
            raise
        notes.append(Note("", NoteKind.HISTORY, str(error)))
    inventory = audit(options, settings, cwd, tell)
    return inventory._replace(trend=moments, ahead=ahead, notes=(*notes, *inventory.notes))


def _trend(
    options: Options, settings: Config, cwd: str, given: Given, tell: Tell | None
) -> tuple[Moment, ...]:
    if not given.get("trend"):
        return ()
    from nonevent.trend import trend

    return trend(options, settings, cwd, str(given["trend"]), tell)


def _ahead(options: Options, settings: Config, cwd: str, given: Given) -> Ahead | None:
    if not given.get("since"):
        return None
    from nonevent.hazards import with_risk
    from nonevent.outlook import outlook

    return with_risk(outlook(options, settings, cwd, str(given["since"])), cwd)


def render(
    inventory: Inventory, format_: str, color: str, *, whole: bool = False, file: str = ""
) -> str:
    """Return the report in a format; only text depends on where it goes."""
    if format_ == "json":
        from nonevent.reports import inventory_json

        return inventory_json.render(inventory)
    if format_ == "markdown":
        from nonevent.reports import inventory_markdown

        return inventory_markdown.render(inventory)
    if format_ == "html":
        from nonevent.reports import inventory_html

        return inventory_html.render(inventory)
    from nonevent.reports import inventory_text

    return inventory_text.render(inventory, whole=whole, color=output.paints(color, file))
