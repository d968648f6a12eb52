"""On whose behalf a call is made: that of a request, of a service that starts, of nobody known."""

from collections.abc import Collection

from nonevent.facts import Call, Mutation, Reach, Role
from nonevent_rules.stage import is_deployed

__all__ = ["is_served", "nearest", "standing"]

LIVE = (Role.HANDLER, Role.STARTUP)


def is_served(call: Call, live: Collection[Role] = LIVE) -> bool:
    """Tell whether a call may be made where users are served: in one of the `live` roles.

    Code that nobody is known to call may be; that of tests and commands is not.
    """
    if call.reach and not any(one.role in live for one in call.reach):
        return False
    return is_deployed(call.location.path, call.scope)


def nearest(fact: Call | Mutation, *roles: Role) -> Reach | None:
    """Return the shortest way to a fact from a function of one of the roles."""
    ways = [one for one in fact.reach if one.role in roles]
    return min(ways, key=lambda way: len(way.chain), default=None)


def standing(call: Call, reach: Reach) -> str:
    """Return where the call stands, for a message."""
    if (call.decorates or call.scope or reach.entry) == reach.entry:
        return f"in {reach.role} `{reach.entry}`"
    return f"in `{call.scope}`, reached from {reach.role} `{reach.entry}`"
