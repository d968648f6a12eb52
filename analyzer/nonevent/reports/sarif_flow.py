"""Code flows: how a finding comes about, step by step, as viewers of SARIF walk through it."""

from collections.abc import Sequence
from typing import Any

from nonevent.reports.flow import Flow, Frame, Thread
from nonevent.reports.sarif_places import Files
from nonevent.reports.sarif_text import plain, sentence

__all__ = ["code_flows"]

Object = dict[str, Any]


def code_flows(flows: Sequence[Flow], files: Files) -> list[Object]:
    """Return `result.codeFlows`; each frame says what happens there."""
    return [
        {
            "message": _said(flow.message),
            "threadFlows": [_thread(thread, files) for thread in flow.threads],
        }
        for flow in flows
    ]


def _thread(thread: Thread, files: Files) -> Object:
    return {
        "message": _said(thread.name),
        "locations": [_frame(frame, files) for frame in thread.frames],
    }


def _frame(frame: Frame, files: Files) -> Object:
    return {
        "location": {
            "physicalLocation": files.beside(frame.place),
            "message": _said(frame.place.message),
        },
        "nestingLevel": frame.depth,
        "importance": "essential" if frame.essential else "important",
    }


def _said(text: str) -> Object:
    """Return a sentence without its form in Markdown: a project has thousands of frames."""
    return {"text": sentence(plain(text))}
