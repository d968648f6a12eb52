"""Migrations run on a real PostgreSQL, to see what they lock and do: `nonevent prove`.

The one part of nonevent that changes anything: a database that was started for it, or one that is
empty and marked as scratch. It needs the extra `prove`.
"""
