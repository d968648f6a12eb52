"""CPU time of scoring one change: `score_cost.py REPOSITORY [RANGE] [HISTORY]`.

Each line is a process of its own, started ROUNDS times; the least CPU time (user and system, git
included) is printed, and what each step takes more than the one above. RANGE is HEAD^..HEAD without
it. With HISTORY also what scoring with an up-to-date history takes.
"""

# ruff: noqa: T201 - a script that prints

import os
import resource
import subprocess
import sys
from pathlib import Path

ROUNDS = 7
ENVIRONMENT = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
STEPS = (
    ("python", "pass"),
    ("and a quarantine opened", "{open}"),
    ("and the change scored", "{open}\n{score}"),
)
OPEN = """
from nonevent.sources.landed import open_main_line
with open_main_line({repo!r}) as line:
    line.commit("HEAD")
"""
SCORE = """
from nonevent.scoring import Asked, assess
assert assess({repo!r}, Asked({range!r}, {history!r}), (), 0) is not None
"""
MODEL = """
import sys, time, os, importlib.util
folder = importlib.util.find_spec("nonevent_models").submodule_search_locations[0]
from nonevent.risk.artifact import load
start = time.process_time()
for form in ("change", "past"):
    with open(os.path.join(folder, form + ".json"), "rb") as file:
        model = load(file.read())
print((time.process_time() - start) * 500)
from nonevent.risk.explain import contributions
values = [1.0] * len(model.features)
start = time.process_time()
for _ in range(100):
    contributions(model, values)
print((time.process_time() - start) * 10)
"""


def main(repository: str, revisions: str, history: str) -> None:
    """Print the table."""
    values = {"repo": repository, "range": revisions, "history": ""}
    told = []
    for name, code in STEPS:
        filled = code.format(open=OPEN.format(**values), score=SCORE.format(**values))
        told.append((name, least(filled)))
    if history:
        values["history"] = history
        code = STEPS[-1][1]
        filled = code.format(open=OPEN.format(**values), score=SCORE.format(**values))
        told.append(("and its past, from a history", least(filled)))
    before = 0.0
    for name, spent in told:
        print(f"{name:<32} {spent:7.1f} ms  {spent - before:+7.1f}")
        before = spent
    command = [sys.executable, "-c", MODEL]
    done = [
        subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
        for _ in range(ROUNDS)
    ]
    runs = [tuple(map(float, each.stdout.split())) for each in done]
    loading, scoring = min(each[0] for each in runs), min(each[1] for each in runs)
    print(f"{'reading one artifact':<32} {loading:7.1f} ms")
    print(f"{'score and contributions':<32} {scoring:7.2f} ms")


def least(code: str) -> float:
    """Return the least CPU time of a process, in milliseconds."""
    spent = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return 1000 * min(spent)


if __name__ == "__main__":
    main(
        str(Path(sys.argv[1]).resolve()),
        sys.argv[2] if len(sys.argv) > 2 else "HEAD^..HEAD",
        str(Path(sys.argv[3]).resolve()) if len(sys.argv) > 3 else "",
    )
