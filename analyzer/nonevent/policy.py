"""What a project wants otherwise: severities of its own, and rules that do not concern a folder."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from nonevent.finding import Finding, Severity
from nonevent.noun import NamedTuple

__all__ = ["Override", "Policy", "apply", "resolved", "weighed"]


class Override(NamedTuple):
    """What holds for some files alone."""

    paths: tuple[str, ...]  # in the form of .gitignore lines, from the folder of the settings
    ignore: tuple[str, ...] = ()  # rule ids and families
    severity: Mapping[str, Severity] = {}  # rule id or family → severity


class Policy(NamedTuple):
    """What the settings say of findings."""

    severity: Mapping[str, Severity] = {}  # rule id or family → severity
    overrides: tuple[Override, ...] = ()
    root: str = ""  # folder of the settings


def resolved(policy: Policy, named: Callable[[Iterable[str], str], frozenset[str]]) -> Policy:
    """Return the policy with the ids of rules where it has families.

    `named(names, said)` returns the ids that names stand for. What is said of a rule goes before
    what is said of its family.

    Raises:
        UserError: a name is that of no rule and no family.

    """

    def by_rule(severity: Mapping[str, Severity]) -> dict[str, Severity]:
        ids = {name: named([name], "severity") for name in severity}
        families_first = sorted(severity, key=lambda name: name in ids[name])
        return {rule: severity[name] for name in families_first for rule in ids[name]}

    overrides = tuple(
        Override(each.paths, tuple(named(each.ignore, "ignore")), by_rule(each.severity))
        for each in policy.overrides
    )
    return Policy(by_rule(policy.severity), overrides, policy.root)


def apply(policy: Policy, findings: Iterable[Finding], root: str) -> Iterator[Finding]:
    """Yield the findings as the policy, `resolved`, wants them; paths are relative to `root`.

    Of several overrides that speak of a file the last one that names the rule decides.
    """
    from nonevent.sources.ignore import compile_globs, is_ignored
    from nonevent.sources.place import way_from

    before = way_from(policy.root or root, root)
    matchers = [(each, compile_globs(each.paths)) for each in policy.overrides]
    for finding in findings:
        path = f"{before}{finding.location.path}"
        severity = policy.severity.get(finding.rule, finding.severity)
        dropped = False
        for override, globs in matchers:
            if globs is not None and is_ignored([globs], path):
                dropped = dropped or finding.rule in override.ignore
                severity = override.severity.get(finding.rule, severity)
        if not dropped:
            yield finding._replace(severity=severity)


def weighed(policy: Policy | None, root: str, finding: Finding) -> Finding | None:
    """Return one finding as the policy, `resolved`, wants it; None where it leaves it out."""
    return finding if policy is None else next(apply(policy, (finding,), root), None)
