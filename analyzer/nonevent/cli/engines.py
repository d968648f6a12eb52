"""The options of commands that do the same for many things."""

import os
from typing import Any

import click

from nonevent.engine import ENGINES, Engine

__all__ = ["engine_of", "engine_options"]


def engine_options() -> list[click.Option]:
    """Return what says where the work is done."""
    return [
        click.Option(
            ["--engine"],
            type=click.Choice(ENGINES),
            default=Engine().name,
            show_default=True,
            help="Where: processes of this machine, or a Dask cluster, which needs the extra "
            "`cluster` here, nonevent on every worker, and the same paths there.",
        ),
        click.Option(
            ["--scheduler"],
            metavar="URL",
            default="",
            help="Of the Dask cluster: tcp://HOST:PORT.",
        ),
        click.Option(
            ["--jobs"],
            type=click.IntRange(min=0),
            default=0,
            help="Processes on this machine; 0 for one each processor. More than one needs joblib, "
            "which the extra `risk` brings.",
        ),
    ]


def engine_of(engine: str, scheduler: str, jobs: int, **_: Any) -> Engine:
    """Return what was said."""
    return Engine(engine, scheduler, jobs or os.cpu_count() or 1)
