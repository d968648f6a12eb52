"""Where files come from: an address that can be passed on, or none."""

from pathlib import Path

import pytest

from nonevent.report import Origin
from nonevent.sources.origin import address_of, origin_of

SHA = "6bd66b9f3c0f5d1ce0d7a5a8d3b6f6a0a1f0c2d4"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        pytest.param("https://example.org/shop.git", "https://example.org/shop.git", id="as it is"),
        pytest.param(
            "https://ann:ghp_s3cret@example.org:8443/shop.git",
            "https://example.org:8443/shop.git",
            id="without user and token",
        ),
        pytest.param(
            "https://example.org/shop?access_token=s3cret#x",
            "https://example.org/shop",
            id="without the question",
        ),
        pytest.param("git@example.org:web/shop.git", "ssh://example.org/web/shop.git", id="scp"),
        pytest.param("ssh://git@example.org/~ann/shop", "ssh://example.org/~ann/shop", id="ssh"),
        pytest.param("https://[::1]/a b%zz", "https://[::1]/a%20b%25zz", id="a valid URI"),
        pytest.param("/srv/git/shop.git", "", id="a path of this machine"),
        pytest.param("../shop", "", id="a relative path"),
        pytest.param("C:\\git\\shop", "", id="a path of Windows"),
        pytest.param("C:/git/shop", "", id="another"),
        pytest.param("file:///srv/git/shop.git", "", id="a path as a URI"),
        pytest.param("https://exa\u202emple.org/x", "", id="a host that is none"),
        pytest.param("https://[::1/x", "", id="no URI"),
        pytest.param("https://h:99999/x", "", id="no port"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_an_address_is_passed_on_without_secrets(url: str, address: str) -> None:
    assert address_of(url) == address


def repository(folder: Path, config: str, head: str = "ref: refs/heads/main\n") -> Path:
    git = folder / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "refs" / "heads" / "main").write_text(f"{SHA}\n")
    (git / "HEAD").write_text(head)
    (git / "config").write_text(config)
    (folder / "shop").mkdir()
    return folder


CONFIG = """\
[remote "fork"]
\turl = https://example.org/fork.git
[Remote "origin"]
\tfetch = +refs/heads/*:refs/remotes/origin/*
\tURL = https://t@example.org/shop.git
[branch "main"]
\turl = https://example.org/no.git
"""
ADDRESS = "https://example.org/shop.git"


def test_a_work_tree_is_of_its_origin_commit_and_branch(tmp_path: Path) -> None:
    root = repository(tmp_path, CONFIG)

    assert origin_of(str(root)) == Origin(ADDRESS, SHA, "main", whole=True)
    assert origin_of(str(root / "shop")) == Origin(ADDRESS, SHA, "main", whole=False)


def test_another_commit_than_the_one_checked_out_has_no_branch(tmp_path: Path) -> None:
    root = repository(tmp_path, CONFIG)

    assert origin_of(str(root), SHA) == Origin(ADDRESS, SHA, "main")
    assert origin_of(str(root), "1" * 40) == Origin(ADDRESS, "1" * 40, "")


@pytest.mark.parametrize(
    ("config", "head"),
    [
        pytest.param("", "ref: refs/heads/main\n", id="no remote"),
        pytest.param(CONFIG, "ref: refs/heads/none\n", id="no commit yet"),
        pytest.param(CONFIG, "rubbish\n", id="damaged"),
        pytest.param('[remote "origin"]\n\turl = /srv/x\n', SHA, id="of this machine"),
    ],
)
def test_nothing_is_said_where_nothing_can_be(config: str, head: str, tmp_path: Path) -> None:
    assert origin_of(str(repository(tmp_path, config, head))) is None


def test_outside_of_a_repository_there_is_none(tmp_path: Path) -> None:
    assert origin_of(str(tmp_path)) is None
