"""What a SARIF run says of itself: how it was started, how it ended, where its files come from."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from nonevent.note import Note
from nonevent.report import Build, Origin, Report
from nonevent.reports.as_json import risk_object
from nonevent.reports.inert import visible
from nonevent.reports.order import notes_by_place
from nonevent.reports.sarif_descriptors import LEFT_OUT, UNMET, descriptor
from nonevent.reports.sarif_places import Files
from nonevent.reports.sarif_text import plain, sentence

__all__ = ["automation", "invocation", "properties", "provenance"]

Object = dict[str, Any]

CATEGORY = "nonevent/check/"  # GitHub: all before the last slash; a later upload replaces it
MOST_STALE = 100  # entries that are named one by one
# What a run that ends so has done: see `nonevent check --help`.
ENDINGS: Mapping[int, str] = MappingProxyType(
    {
        0: "Nothing was found that fails the run.",
        1: "Findings fail the run.",
        2: "The run was asked for something that cannot be done.",
        3: "Something that was given could not be analysed.",
    }
)
FINISHED = frozenset({0, 1})


def automation(build: Build | None) -> Object:
    """Return `run.automationDetails`: by it a service knows a later run for the next of this."""
    if build is None:
        return {"id": CATEGORY}
    return {
        "id": visible(build.id),
        "properties": {
            "azuredevops/pipeline/build/buildDefinitionId": visible(build.definition),
            "azuredevops/pipeline/build/buildDefinitionName": visible(build.name),
            "azuredevops/pipeline/build/phaseId": visible(build.phase),
            "azuredevops/pipeline/build/phaseName": visible(build.phase_name),
        },
    }


def provenance(origin: Origin | None) -> list[Object]:
    """Return `run.versionControlProvenance`; [] where nothing is known."""
    if origin is None:
        return []
    made: Object = {"repositoryUri": origin.address, "revisionId": origin.revision}
    if origin.branch:
        made["branch"] = visible(origin.branch)
    if origin.whole:
        made["mappedTo"] = {"uriBaseId": "SRCROOT"}
    return [made]


def properties(report: Report) -> Object:
    """Return what a run says beyond the standard."""
    values = {
        "files": report.files,
        "rules": len(report.pages),
        "suppressed": report.suppressed,
        "accepted": report.accepted,
        "failOn": report.fail_on,
        "base": report.base,
        "head": report.head,
        **({"risk": risk_object(report.risk)} if report.risk else {}),
    }
    return {key: value for key, value in values.items() if value != ""}


def invocation(report: Report, files: Files, left_out: int, total: int) -> Object:
    """Return the one start of the program: how it ended, and all that it did not look at."""
    notes = [_notification(note, files) for note in notes_by_place(report.notes)]
    if left_out:
        notes.append(_limit(left_out, total))
    made: Object = {
        "executionSuccessful": report.exit_code in FINISHED,
        "exitCode": report.exit_code,
        "exitCodeDescription": ENDINGS.get(report.exit_code, "The run broke off."),
    }
    if report.arguments:
        arguments = list(map(visible, report.arguments))
        made["commandLine"] = " ".join(map(_quoted, ("nonevent", *arguments)))
        made["arguments"] = arguments
    made["toolExecutionNotifications"] = notes
    stale = _stale(report)
    if stale:
        made["toolConfigurationNotifications"] = stale
    return made


def _quoted(argument: str) -> str:
    """Return an argument as a POSIX shell takes it."""
    import shlex

    return shlex.quote(argument)


def _notification(note: Note, files: Files) -> Object:
    made: Object = {
        "level": "warning",
        "message": {"text": sentence(plain(note.message))},
        "descriptor": descriptor(note.kind),
    }
    if note.path:
        made["locations"] = [{"physicalLocation": files.note(note)}]
    return made


def _limit(left_out: int, total: int) -> Object:
    text = f"'{left_out}' of '{total}' findings, those of lowest rank, are not in this file."
    return {"level": "warning", "message": {"text": text}, "descriptor": descriptor(LEFT_OUT)}


def _stale(report: Report) -> list[Object]:
    """Return a notification for each entry of the baseline that met nothing; the rest counted."""
    texts = [
        f"The baseline accepts '{plain(each.rule)}' in '{plain(each.path)}', which was not found."
        for each in report.gone[:MOST_STALE]
    ]
    if len(report.gone) > MOST_STALE:
        texts.append(f"So it is with '{len(report.gone) - MOST_STALE}' more of its entries.")
    return [
        {"level": "note", "message": {"text": text}, "descriptor": descriptor(UNMET)}
        for text in texts
    ]
