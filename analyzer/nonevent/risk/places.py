"""What a file is for, told by its path."""

import re
from functools import lru_cache

__all__ = ["KINDS", "NO_SOURCE", "folder_of", "is_source", "kinds_of"]

# kind → where it is seen in a path, written in lower case
KINDS = {
    "test": r"(?:^|/)(?:tests?|testing|spec|specs|__tests__|cypress|e2e|fixtures?)(?:/|$)"
    r"|(?:^|/)(?:test_[^/]*|conftest|tests?|[^/]*_tests?)\.py$|\.(?:spec|test)\.[jt]sx?$",
    "doc": r"\.(?:md|rst|adoc|txt)$|(?:^|/)(?:docs?|documentation)/|(?:^|/)(?:changelog|license|"
    r"readme|authors|contribut(?:ing|ors)|codeowners|notice|code_of_conduct)[^/]*$",
    "translation": r"\.(?:po|pot|mo|ftl|xlf|xliff)$|(?:^|/)(?:locales?|i18n|l10n|translations)/",
    "lock": r"(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|"
    r"poetry\.lock|pipfile\.lock|uv\.lock|pdm\.lock|cargo\.lock|gemfile\.lock|go\.sum)$",
    "dependencies": r"(?:^|/)(?:[^/]*requirements[^/]*\.(?:txt|in)|requirements/[^/]+\.(?:txt|in)|"
    r"pyproject\.toml|setup\.(?:py|cfg)|pipfile|package\.json|go\.mod|gemfile|constraints[^/]*"
    r"\.txt|environment\.ya?ml)$",
    "ci": r"(?:^|/)\.(?:github|circleci|gitlab|buildkite)/|(?:^|/)(?:\.gitlab-ci\.yml|"
    r"\.travis\.yml|jenkinsfile[^/]*|azure-pipelines[^/]*|tox\.ini|noxfile\.py|"
    r"\.pre-commit-config\.yaml|cloudbuild\.ya?ml|taskcluster\.yml)$",
    "infrastructure": r"(?:^|/)(?:dockerfile[^/]*|docker-compose[^/]*|compose\.ya?ml|makefile|"
    r"procfile|manifest[^/]*\.ya?ml|chart\.ya?ml|values[^/]*\.ya?ml|uwsgi[^/]*|gunicorn[^/]*|"
    r"nginx[^/]*|supervisord?[^/]*|app\.json|newrelic\.ini)$|\.(?:tf|tfvars|hcl|service)$|"
    r"(?:^|/)(?:k8s|kubernetes|helm|charts|terraform|deploy|deployment|ansible|infra)/",
    "settings": r"(?:^|/)(?:settings|config|configuration|conf)(?:/|[^/]*\.(?:py|ya?ml|toml|ini|"
    r"cfg|json|env)$)|(?:^|/)\.env[^/]*$|\.(?:ini|cfg|toml|env)$",
    "migration": r"(?:^|/)(?:migrations?|alembic|versions)/(?!__init__)[^/]+\.(?:py|sql)$"
    r"|(?:^|/)db/migrate/",
    "sql": r"\.sql$",
    "template": r"\.(?:html?|jinja2?|j2|mako|hbs|ejs|tpl|mjml)$|(?:^|/)templates/",
    "frontend": r"\.(?:jsx?|tsx?|mjs|cjs|vue|svelte|css|scss|sass|less)$",
    "data": r"\.(?:json|csv|tsv|xml|ya?ml|parquet|geojson)$",
    "auth": r"auth|login|session|permission|password|token|oauth|saml|sso|acl|rbac",
    "payment": r"payment|billing|invoice|checkout|stripe|paypal|refund|subscription|basket",
    "worker": r"(?:^|/)(?:tasks?|workers?|jobs?|celery|queues?|consumers?|cron|scheduler|"
    r"management/commands)(?:/|[^/]*\.py$)",
    "view": r"(?:^|/)(?:views?|api|apis|routes?|routers?|handlers?|endpoints?|controllers?|"
    r"resources?|urls|serializers?|schemas?)(?:/|[^/]*\.py$)",
    "model": r"(?:^|/)(?:models?|entities|dao|orm|db)(?:/|[^/]*\.py$)",
    "generated": r"\.min\.(?:js|css)$|(?:^|/)(?:vendor|node_modules|dist|third_party)/|\.map$|"
    r"\.snap$|_pb2(?:_grpc)?\.py$|(?:^|/)__snapshots__/",
    "python": r"\.pyi?$",
}
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in KINDS.items())
# What never runs in production, or is written by a program.
NO_SOURCE = frozenset({"test", "doc", "translation", "lock", "generated", "ci"})
_DEPTH = 2  # levels by which folders are told apart
_OF_DEPENDENCIES = re.compile(r"\.txt$")


@lru_cache(maxsize=65_536)
def kinds_of(path: str) -> frozenset[str]:
    """Return the kinds of a file."""
    lower = path.lower()
    found = {kind for kind, pattern in _PATTERNS if pattern.search(lower)}
    if "dependencies" in found and _OF_DEPENDENCIES.search(lower):
        found.discard("doc")
    return frozenset(found)


def is_source(path: str) -> bool:
    """Tell whether a file takes part in what is deployed and is written by people."""
    return not kinds_of(path) & NO_SOURCE


def folder_of(path: str) -> str:
    """Return the folder of a file, cut to two levels; "" for the top."""
    return "/".join(path.split("/")[:-1][:_DEPTH])
