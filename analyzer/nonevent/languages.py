"""Which languages a folder holds that no reader knows, and how many files of each."""

import os
from collections import Counter
from types import MappingProxyType

from nonevent.options import Options

__all__ = ["unread"]

# Languages in which services are written, by the ends of their files' names:
# https://github.com/github-linguist/linguist/blob/main/lib/linguist/languages.yml
LANGUAGES = MappingProxyType(
    {
        ".c": "C",
        ".cc": "C++",
        ".clj": "Clojure",
        ".cpp": "C++",
        ".cs": "C#",
        ".dart": "Dart",
        ".erl": "Erlang",
        ".ex": "Elixir",
        ".fs": "F#",
        ".go": "Go",
        ".groovy": "Groovy",
        ".hs": "Haskell",
        ".java": "Java",
        ".js": "JavaScript",
        ".jsx": "JavaScript",
        ".kt": "Kotlin",
        ".lua": "Lua",
        ".mjs": "JavaScript",
        ".php": "PHP",
        ".pl": "Perl",
        ".pyx": "Cython",
        ".rb": "Ruby",
        ".rs": "Rust",
        ".scala": "Scala",
        ".sh": "Shell",
        ".svelte": "Svelte",
        ".swift": "Swift",
        ".tf": "Terraform",
        ".ts": "TypeScript",
        ".tsx": "TypeScript",
        ".vue": "Vue",
    }
)


def unread(options: Options, cwd: str) -> tuple[tuple[str, int], ...]:
    """Return the languages that nobody reads and their numbers of files, the most first.

    Files are told by their names; they are not opened.
    """
    from nonevent.sources.files import from_paths

    change = from_paths(options.paths, cwd, _is_told, options.exclude)
    met = Counter(LANGUAGES[os.path.splitext(file.path)[1]] for file in change.files)
    return tuple(sorted(met.items(), key=lambda each: (-each[1], each[0])))


def _is_told(path: str) -> bool:
    return os.path.splitext(path)[1] in LANGUAGES and not path.endswith(".min.js")
