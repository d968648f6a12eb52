"""Makes the shipped model: `python -m nonevent.risk.training STORES FOLDER [--scheduler URL]`.

STORES is a folder of histories, one `OWNER+NAME.sqlite3` for each repository, as `nonevent history
mine --store` writes them. FOLDER gets `change.json`, `past.json`, `metrics.json` and
`MODEL_CARD.md`; its `training.json` says which owners are one organisation. What is fitted to learn
how well unseen organisations are told is shared out between two processes, or on the Dask cluster
whose scheduler is named; the result is the same.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nonevent.days import day_of
from nonevent.engine import Engine, opened
from nonevent.error import UserError
from nonevent.risk.artifact import dump
from nonevent.risk.features import FEATURES, OF_CHANGE, names
from nonevent.risk.history import open_history
from nonevent.risk.training.card import card, metrics
from nonevent.risk.training.mined import of_history
from nonevent.risk.training.prior import Made, make
from nonevent.risk.training.table import Table, joined

__all__ = ["LATER", "main", "read", "usable"]

FEW = 300  # changes of a repository below which it is left out
# What is not the same while a change is under review: a squashed pull request lands as one commit
# of one person with a long message.
LATER = frozenset(
    {
        *("body_length", "commits", "people", "fixups", "days_open"),
        *("unusual_commits", "unusual_days_open", "repository_merges"),
    }
)


def main(stores: Path, folder: Path, engine: Engine) -> None:
    """Train both forms and write what belongs to them.

    Raises:
        UserError: a history was mined with other features, or the engine cannot be had.

    """
    families = json.loads((folder / "training.json").read_text(encoding="utf-8"))["families"]
    table = joined(list(read(stores, families)))
    made: dict[str, Made] = {}
    for form, features in (("change", OF_CHANGE), ("past", FEATURES)):
        kept = [name for name in names(features) if name not in LATER]
        with opened(engine):
            made[form] = make(table.columns(kept), workers=engine.jobs)
        (folder / f"{form}.json").write_text(dump(made[form].model), encoding="utf-8")
        _say(form, made[form])
    (folder / "metrics.json").write_text(metrics(made), encoding="utf-8")
    (folder / "MODEL_CARD.md").write_text(card(made, _listed(table)), encoding="utf-8")


def read(stores: Path, families: Mapping[str, str]) -> Iterator[Table]:
    """Yield the table of each history that this version mined and that is long enough."""
    for file in sorted(stores.glob("*.sqlite3")):
        owner, _, name = file.stem.partition("+")
        with open_history(str(file), make=False) as history:
            if not history.fits():
                raise UserError(f"{file.name} was mined with other features: mine it anew")
            table = of_history(history, names(), f"{owner}/{name}", families.get(owner, owner))
        if usable(table):
            yield table
        else:
            sys.stderr.write(f"{owner}/{name}: left out, {len(table.sha)} changes\n")


def usable(table: Table) -> bool:
    """Tell whether a history is long enough to be learned from."""
    return len(table.sha) >= FEW


def _listed(table: Table) -> dict[str, dict[str, Any]]:
    found = {}
    for repo in sorted(set(table.repo.tolist())):
        own = table.take(table.repo == repo)
        found[repo] = {
            "org": str(own.org[0]),
            "changes": len(own.sha),
            "first": day_of(own.time.min()),
            "last": day_of(own.time.max()),
            "rollback": float(own.label("rollback").mean()),
            "hotfix": float(own.label("hotfix").mean()),
        }
    return found


def _say(form: str, made: Made) -> None:
    for head, rows in made.told.items():
        for name, told in rows.items():
            sys.stderr.write(
                f"{form} {head} {name}: macro {told.macro_auc:.3f} micro {told.micro_auc:.3f} "
                f"top 10 % {told.captures[1]:.3f} Brier {told.brier_skill:+.3f} "
                f"calibration {told.calibration_error:.4f} repos {told.repositories}\n"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m nonevent.risk.training")
    parser.add_argument("stores", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scheduler", default="", help="of a Dask cluster: tcp://HOST:PORT")
    told = parser.parse_args()
    where = Engine("dask", told.scheduler, -1) if told.scheduler else Engine(jobs=2)
    main(told.stores, told.folder, where)
