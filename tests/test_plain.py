"""Pages and tables as a terminal shows them."""

import pytest

from nonevent.plain import plain, table

PAGE = """# Title

## What it finds

See [the manual](https://example.com/a_(b)) and `code`.

```python path=shop/a.py
# no heading
x = ["[a](b)"]

y = 1
```

````markdown
```
inner
```
````
"""


def test_a_page_keeps_its_words_and_loses_its_marks() -> None:
    assert plain(PAGE) == (
        """Title
=====

What it finds
-------------

See the manual (https://example.com/a_(b)) and `code`.

shop/a.py:
    # no heading
    x = ["[a](b)"]

    y = 1

    ```
    inner
    ```
"""
    )


def test_headings_are_bold_where_there_are_colours() -> None:
    assert (
        plain("# Title\n\n## Head\n", color=True) == "\x1b[1mTitle\x1b[0m\n\n\x1b[1mHead\x1b[0m\n"
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([("a", "b"), ("ccc", "dd")], "a    b\nccc  dd\n", id="equal columns"),
        pytest.param([("a", "")], "a\n", id="no space at the end"),
        pytest.param(
            [("価格", "b"), ("é", "c"), ("e\u0301", "c"), ("abcde", "d")],
            "価格   b\né      c\ne\u0301      c\nabcde  d\n",
            id="letters of two columns and of none",
        ),
    ],
)
def test_a_table_has_columns(rows: list[tuple[str, ...]], expected: str) -> None:
    assert table(rows) == expected
