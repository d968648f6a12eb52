"""What hangs on an application, under which name: `app["sockets"]`, `app.state.jobs`."""

import _ast as ast

__all__ = ["APPLICATIONS", "hung", "is_application"]

# Names that an application has.
APPLICATIONS = frozenset({"app", "application", "current_app"})
STATE = "state"


def hung(node: ast.AST) -> str:
    """Return how an attribute or an entry of the application is called, "@app.jobs"; else ""."""
    if isinstance(node, ast.Subscript):
        entry = _entry(node.slice)
        if _is_config(node.value):
            return "@app.config"
        return f"@app.{entry}" if entry and is_application(node.value) else ""
    if not isinstance(node, ast.Attribute) or node.attr == STATE:
        return ""
    if isinstance(node.value, ast.Attribute) and node.value.attr == STATE:
        return f"@app.{STATE}.{node.attr}" if is_application(node.value.value) else ""
    return ""


def _is_config(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "config" and is_application(node.value)


def is_application(node: ast.AST) -> bool:
    """Tell whether an expression ends in a name that applications have: `request.app`."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in APPLICATIONS


def _entry(key: ast.AST) -> str:
    """Return the key of an entry: a text, or the name of what stands for it."""
    if isinstance(key, ast.Constant):
        return key.value if isinstance(key.value, str) and key.value.isidentifier() else ""
    return key.attr if isinstance(key, ast.Attribute) else getattr(key, "id", "")
