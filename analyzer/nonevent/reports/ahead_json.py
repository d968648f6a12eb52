"""What lies ahead of a release as plain values for JSON."""

from typing import Any

from nonevent.ahead import Ahead, Calibration, Migration, Scored, Step
from nonevent.finding import Finding
from nonevent.prospect import Reason
from nonevent.reports.members import place

__all__ = ["ahead"]


def ahead(told: Ahead) -> dict[str, Any]:
    """Return schema changes to come and the risk of what changed as an object."""
    return {
        "since": told.since,
        "base": told.base,
        "migrations": [_migration(each) for each in told.migrations],
        "landed": told.landed,
        "risk": None
        if told.risk is None
        else {
            "bad": told.risk.bad,
            "rollback": told.risk.rollback,
            "hotfix": told.risk.hotfix,
            "usual": told.risk.usual,
            "band": told.risk.band,
            "reasons": [_reason(each) for each in told.risk.reasons],
        },
        "changes": [_change(each) for each in told.changes],
        "calibration": told.calibration and _calibration(told.calibration),
        "missing": told.missing or None,
    }


def _migration(told: Migration) -> dict[str, Any]:
    return {
        "path": told.path,
        "release": told.release or None,
        "steps": [_step(each) for each in told.steps],
        "findings": [_finding(each) for each in told.findings],
    }


def _step(told: Step) -> dict[str, Any]:
    return {
        **place(told.location),
        "what": told.what,
        "stage": told.stage or None,
        "database": told.database or None,
        "lock": told.lock or None,
        "blocks": told.blocks or None,
        "work": list(told.work),
        "findings": [_finding(each) for each in told.findings],
    }


def _finding(told: Finding) -> dict[str, Any]:
    return {
        "rule": told.rule,
        **place(told.location),
        "message": told.message,
        "remedy": told.remedy,
        "severity": told.severity,
        "confidence": told.confidence,
        "fingerprint": told.fingerprint,
    }


def _reason(told: Reason) -> dict[str, Any]:
    return {"group": told.group, "points": told.points, "told": list(told.told)}


def _change(told: Scored) -> dict[str, Any]:
    return {
        "commit": told.sha,
        "title": told.title,
        "day": told.day,
        "bad": told.bad,
        "band": told.band,
        "reasons": [_reason(each) for each in told.reasons],
    }


def _calibration(told: Calibration) -> dict[str, Any]:
    return {
        "model": told.model,
        "bands": [each._asdict() for each in told.bands],
        "usual": told.usual,
        "changes": told.rows,
        "repositories": told.repositories,
        "calibration_error": list(told.error),
        "brier_skill": list(told.skill),
        "auc": list(told.auc),
        "own": [each._asdict() for each in told.own],
        "own_missing": told.missing or None,
    }
