"""How Sphinx makes a site of what docs/website.py lays out: offline, readable in both schemes."""

# ruff: noqa: INP001, A001 - read by Sphinx, which names these

from typing import ClassVar

from pygments.lexers import JavascriptLexer
from pygments.lexers.sql import SqlLexer
from pygments.token import Punctuation
from sphinx.application import Sphinx

import nonevent

project = "nonevent"
copyright = "the contributors of nonevent"
version = release = nonevent.__version__

extensions = ["myst_parser"]
myst_heading_anchors = 4
root_doc = "index"
exclude_patterns = ["static"]
nitpicky = True

html_theme = "furo"
html_title = f"nonevent {version}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_search_summary = False  # the summaries would be fetched, page by page
html_show_sphinx = False
html_use_index = False
html_theme_options = {
    "navigation_with_keys": False,
    "top_of_page_buttons": [],
    "light_css_variables": {
        "color-brand-primary": "#0b5a6f",
        "color-brand-content": "#0b5a6f",
        "color-brand-visited": "#5b4a8a",
    },
    "dark_css_variables": {
        "color-brand-primary": "#7fd0e4",
        "color-brand-content": "#7fd0e4",
        "color-brand-visited": "#b9a9ea",
    },
}


class DollarQuotedSql(SqlLexer):
    """SQL in which neither `$$` is an error nor, as in the lexer of PostgreSQL, a backtick."""

    tokens: ClassVar = {
        **SqlLexer.tokens,
        "root": [(r"\$\w*\$", Punctuation), *SqlLexer.tokens["root"]],
    }


def setup(app: Sphinx) -> None:
    """Colour what Pygments does not know by the name that pages give it."""
    app.add_lexer("jsonc", JavascriptLexer)
    app.add_lexer("sql", DollarQuotedSql)
