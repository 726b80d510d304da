"""Git repositories and bundles built to run code, to reach the host or to confuse their reader."""

import hashlib
import os
import re
import zlib
from pathlib import Path

import pytest

from tests.audits.hostile import canary
from tests.audits.hostile.attacking import audited
from tests.make import git, make_bare, make_bundle, make_repo, remove_object

DAMAGED_BUNDLE = (
    "This git bundle is damaged or was cut short; "
    "make it again with `git bundle create repository.bundle --all`."
)
DAMAGED = (
    "This git repository is damaged or incomplete; check it with `git fsck` "
    "and hand in a fresh clone or a bundle."
)
BORROWED = "This repository borrows objects from another one outside its own folder"
COMMANDS = (
    "core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass",
    "core.alternateRefsCommand", "core.gitProxy", "filter.evil.smudge", "filter.evil.clean",
    "filter.evil.process", "diff.external", "diff.evil.textconv", "diff.evil.command",
    "merge.evil.driver", "alias.ls-tree", "alias.cat-file", "alias.rev-parse", "alias.log",
    "credential.helper", "uploadpack.packObjectsHook", "gpg.program", "sequence.editor",
    "interactive.diffFilter", "remote.origin.uploadpack", "trailer.evil.command",
    "man.evil.cmd", "browser.evil.cmd", "gc.recentObjectsHook",
)  # fmt: skip


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """A file that appears where foreign code runs."""
    return tmp_path / "ran"


def armed(repo: Path, mark: Path) -> Path:
    """A repository in which everything that git would run leaves the mark."""
    git_dir = repo / ".git" if (repo / ".git").is_dir() else repo
    order = f"touch {mark}"
    for key in COMMANDS:
        git(repo, "config", key, f"!{order}" if key.startswith("alias") else order)
    git(repo, "config", "core.hooksPath", str(git_dir / "hooks"))
    git(repo, "config", "core.worktree", "/etc")
    git(repo, "config", "core.attributesFile", "/etc/passwd")
    git(repo, "config", "include.path", str(git_dir / "more"))
    git(repo, "config", "extensions.worktreeConfig", "true")
    (git_dir / "more").write_text(f"[core]\n\tfsmonitor = {order}\n")
    (git_dir / "config.worktree").write_text(f"[core]\n\tfsmonitor = {order}\n")
    (git_dir / "info").mkdir(exist_ok=True)
    (git_dir / "info/attributes").write_text("* filter=evil diff=evil merge=evil\n")
    hooks = git_dir / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc",
                 "fsmonitor-watchman", "post-rewrite", "proc-receive"):  # fmt: skip
        (hooks / hook).write_text(canary.shell(mark))
        (hooks / hook).chmod(0o755)
    return repo


@pytest.mark.parametrize("bare", [False, True])
def test_nothing_that_a_repository_configures_is_run(
    tmp_path: Path, mark: Path, *, bare: bool
) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n", ".gitattributes": "* filter=evil diff=evil\n"})
    source = make_bare(repo, tmp_path / "bare.git") if bare else repo
    assert audited(armed(source, mark)).files == 2
    assert not mark.exists()


def test_the_settings_of_whoever_runs_it_do_not_count(tmp_path: Path, mark: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f"[core]\n\tfsmonitor = touch {mark}\n\tpager = touch {mark}\n"
    )
    got = audited(
        repo, HOME=str(home), GIT_DIR="/nowhere", GIT_EXTERNAL_DIFF=f"touch {mark}",
        GIT_CONFIG_PARAMETERS="'core.bare'='false'", GIT_TRACE=str(mark), GIT_OBJECT_DIRECTORY="/x",
        GIT_ALTERNATE_OBJECT_DIRECTORIES="/y", GIT_EXEC_PATH="/nowhere",
    )  # fmt: skip
    assert got.files == 1
    assert not mark.exists()


def test_a_missing_object_is_not_fetched_from_where_the_repository_says(
    tmp_path: Path, mark: Path
) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n", "b.py": "2\n"})
    remove_object(repo, "HEAD:b.py")
    git(repo, "config", "core.repositoryformatversion", "1")
    git(repo, "config", "extensions.partialClone", "origin")
    git(repo, "config", "remote.origin.promisor", "true")
    git(repo, "config", "remote.origin.url", f"ext::sh -c 'touch {mark}'")
    git(repo, "config", "protocol.ext.allow", "always")
    assert audited(repo).skipped == {"b.py": "its content is not in this copy of the repository"}
    assert not mark.exists()


def loose(repo: Path, kind: str, body: bytes) -> str:
    """Writes an object as it is, whatever git would say of it; returns its id."""
    whole = f"{kind} {len(body)}\0".encode() + body
    oid = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    path = repo / ".git/objects" / oid[:2] / oid[2:]
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(zlib.compress(whole))
    return oid


def commit_of(repo: Path, tree: str) -> str:
    who = "A <a@b.c> 1700000000 +0000"
    body = f"tree {tree}\nauthor {who}\ncommitter {who}\n\nx\n".encode()
    oid = loose(repo, "commit", body)
    (repo / ".git/refs/heads/main").write_text(f"{oid}\n")
    return oid


def tree_of(repo: Path, *entries: tuple[bytes, bytes, str]) -> str:
    return loose(
        repo, "tree", b"".join(m + b" " + n + b"\0" + bytes.fromhex(o) for m, n, o in entries)
    )


def test_a_tree_with_forbidden_or_repeated_names_writes_nothing(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    blob = git(repo, "rev-parse", "HEAD:a.py")
    inner = tree_of(repo, (b"100644", b"config", blob), (b"100755", b"hooks", blob))
    commit_of(
        repo,
        tree_of(
            repo, (b"40000", b".git", inner), (b"40000", b"..", inner), (b"40000", b".", inner),
            (b"100644", b"a.py", blob), (b"100644", b"a.py", blob), (b"100644", b"/etc/x", blob),
            (b"40000", b"GIT~1", inner), (b"100644", b"a\nb\x1b[2J", blob),
            (b"120000", b"link", blob), (b"160000", b"sub", "1" * 40),
        ),
    )  # fmt: skip
    got = audited(repo)
    reasons = got.skipped
    outside = "its path leads out of the repository"
    assert reasons["../config"] == reasons["./config"] == reasons["/etc/x"] == outside
    assert reasons[".git/config"] == "it lies in a .git folder, which no work tree can hold"
    assert reasons["a.py"] == "a file with the same path came before it"
    assert reasons["link"] == "a symbolic link; links are not followed"
    assert reasons["sub"] == "a submodule; its files lie in another repository"
    assert not (tmp_path / "config").exists()


def test_a_tree_that_holds_itself_cannot_be_made_but_one_of_great_depth_can(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    blob = git(repo, "rev-parse", "HEAD:a.py")
    tree = tree_of(repo, (b"100644", b"x.py", blob))
    for _ in range(5_000):
        tree = tree_of(repo, (b"40000", b"d", tree))
    commit_of(repo, tree_of(repo, (b"100644", b"a.py", blob), (b"40000", b"d", tree)))
    got = audited(repo)
    assert got.files == 1
    assert next(iter(got.skipped.values())) == "its path is longer than 4,096 bytes"


def test_a_bomb_of_trees_is_cut_off(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    blob = git(repo, "rev-parse", "HEAD:a.py")
    tree = tree_of(repo, *((b"100644", b"f%d" % n, blob) for n in range(10)))
    for _ in range(10):
        tree = tree_of(repo, *((b"40000", b"d%d" % n, tree) for n in range(10)))
    commit_of(repo, tree_of(repo, (b"100644", b"a.py", blob), (b"40000", b"d", tree)))
    got = audited(repo)
    assert got.files == 200_000
    assert got.skipped["…"].endswith("only the first 200,000 are examined")


@pytest.mark.parametrize("body", [b"", b"100644", b"100644 a.py\0short", b"\0" * 500, b"x" * 500])
def test_a_broken_tree_is_said(tmp_path: Path, body: bytes) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    blob = git(repo, "rev-parse", "HEAD:a.py")
    broken = loose(repo, "tree", body)
    commit_of(repo, tree_of(repo, (b"100644", b"a.py", blob), (b"40000", b"sub", broken)))
    got = audited(repo)
    assert got.files == 1
    if body:
        assert got.skipped["."].startswith("part of the file tree could not be read")


@pytest.mark.parametrize(
    "body",
    [b"", b"tree x\n", b"tree " + b"1" * 40 + b"\n", b"parent \n" * 100_000, b"\xff" * 1000],
)
def test_a_broken_commit_is_refused(tmp_path: Path, body: bytes) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    oid = loose(repo, "commit", body)
    (repo / ".git/refs/heads/main").write_text(f"{oid}\n")
    assert audited(repo).refusal.endswith(DAMAGED)


def test_an_object_that_lies_about_its_size_or_name_is_skipped(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {f"{n}.py": f"{n}\n" for n in range(4)})
    wrong = {
        "0.py": zlib.compress(b"blob 4000000000\0x"),
        "1.py": zlib.compress(b"blob 99999999999999999999999\0x"),
        "2.py": zlib.compress(b"blob 3\0oo\n"),
    }
    for name, content in wrong.items():
        oid = git(repo, "rev-parse", f"HEAD:{name}")
        path = repo / ".git/objects" / oid[:2] / oid[2:]
        path.chmod(0o644)
        path.write_bytes(content)
    got = audited(repo)
    assert got.files == 4
    assert set(got.skipped) == set(wrong)


def test_a_blob_that_unfolds_to_gigabytes_is_not_read(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    size = 512 * 1024**2
    packer = zlib.compressobj(9)
    content = [packer.compress(f"blob {size}\0".encode())]
    content += [packer.compress(bytes(1024**2)) for _ in range(size // 1024**2)]
    content.append(packer.flush())
    oid = "ab" * 20
    path = repo / ".git/objects/ab" / oid[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"".join(content))
    blob = git(repo, "rev-parse", "HEAD:a.py")
    commit_of(repo, tree_of(repo, (b"100644", b"a.py", blob), (b"100644", b"big.py", oid)))
    got = audited(repo)
    assert got.skipped["big.py"].startswith("larger than the limit of ")


def test_objects_borrowed_from_the_host_are_refused(tmp_path: Path) -> None:
    other = make_repo(tmp_path, {"secret.py": "1\n"}, name="other")
    targets = {
        "absolute": f"{other}/.git/objects", "up": "../../../other/.git/objects",
        "quoted": f'"{other}/.git/objects"', "host": "/",
    }  # fmt: skip
    for name, target in targets.items():
        repo = make_repo(tmp_path, {"a.py": "1\n"}, name=name)
        (repo / ".git/objects/info/alternates").write_text(f"#x\n{target}\n")
        assert BORROWED in audited(repo).refusal
    linked = make_repo(tmp_path, {"a.py": "1\n"}, name="linked")
    (linked / ".git/objects").rename(tmp_path / "elsewhere")
    (linked / ".git/objects").symlink_to(tmp_path / "elsewhere")
    assert BORROWED in audited(linked).refusal


@pytest.mark.parametrize("part", ["objects/pack", "objects/info"])
def test_objects_that_are_links_to_the_host_are_refused(tmp_path: Path, part: str) -> None:
    other = make_repo(tmp_path, {"secret.py": "1\n"}, name="other")
    git(other, "repack", "-a", "-d", "-q")
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    git(repo, "gc", "-q")
    (repo / ".git" / part).rename(tmp_path / "aside")
    (repo / ".git" / part).symlink_to(other / ".git" / part)
    assert BORROWED in audited(repo).refusal


def test_a_loose_object_or_pack_that_is_a_link_to_the_host_is_refused(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    oid = git(repo, "rev-parse", "HEAD:a.py")
    path = repo / ".git/objects" / oid[:2] / oid[2:]
    path.rename(tmp_path / "object")
    path.symlink_to(tmp_path / "object")
    assert BORROWED in audited(repo).refusal


def test_a_git_file_that_points_at_another_repository_is_refused(tmp_path: Path) -> None:
    other = make_repo(tmp_path, {"secret.py": "1\n"}, name="other")
    for name, target in {"abs": f"{other}/.git", "up": "../other/.git", "etc": "/etc"}.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.py").write_text("1\n")
        (folder / ".git").write_text(f"gitdir: {target}\n")
        assert "points at a git directory that does not point back" in audited(folder).refusal


def test_a_git_folder_that_shares_with_another_repository_is_refused(tmp_path: Path) -> None:
    other = make_repo(tmp_path, {"secret.py": "1\n"}, name="other")
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    (repo / ".git/commondir").write_text(f"{other}/.git\n")
    assert BORROWED in audited(repo).refusal


def test_a_submodule_in_its_place_is_read(tmp_path: Path) -> None:
    inner = make_repo(tmp_path, {"b.py": "1\n"}, name="inner")
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    git(repo, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub")
    assert audited(repo / "sub").files == 1


def test_a_linked_work_tree_of_ones_own_is_read(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    git(repo, "worktree", "add", "-q", str(tmp_path / "linked"))
    assert audited(tmp_path / "linked").files == 1


def test_a_git_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    other = make_repo(tmp_path, {"secret.py": "1\n"}, name="other")
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "a.py").write_text("1\n")
    (folder / ".git").symlink_to(other / ".git")
    assert "points at a git directory that does not point back" in audited(folder).refusal


def test_a_head_that_is_a_link_pipe_or_path_is_refused(tmp_path: Path) -> None:
    for number, head in enumerate(("link", "pipe", "../../etc/passwd", "ref: ../../x", "")):
        repo = make_repo(tmp_path, {"a.py": "1\n"}, name=str(number))
        path = repo / ".git/HEAD"
        path.unlink()
        if head == "link":
            path.symlink_to("/etc/passwd")
        elif head == "pipe":
            os.mkfifo(path)
        else:
            path.write_text(f"{head}\n")
        assert audited(repo).refusal.endswith(DAMAGED)


def test_pipes_where_references_lie_are_not_waited_for(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    os.mkfifo(repo / ".git/refs/heads/pipe")
    os.mkfifo(repo / ".git/packed-refs")
    os.mkfifo(repo / ".git/shallow")
    os.mkfifo(repo / ".git/info/attributes")
    assert audited(repo).files == 1


@pytest.mark.parametrize("place", ["info/alternates", "pack/x.pack", "{}"])
def test_pipes_where_objects_lie_are_refused(tmp_path: Path, place: str) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    oid = git(repo, "rev-parse", "HEAD:a.py")
    path = repo / ".git/objects" / place.format(f"{oid[:2]}/{oid[2:]}")
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    assert audited(repo).refusal.endswith(DAMAGED)


def test_grafts_replacements_and_shallow_lies_do_not_change_the_tree(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"}, commits=[{"b.py": "2\n"}])
    head, first = git(repo, "rev-parse", "HEAD"), git(repo, "rev-parse", "HEAD~1")
    git(repo, "replace", head, first)
    (repo / ".git/info").mkdir(exist_ok=True)
    (repo / ".git/info/grafts").write_text(f"{head}\n")
    (repo / ".git/shallow").write_text(f"{head}\n../../etc\n")
    assert audited(repo).files == 2


@pytest.mark.parametrize("ref", [
    "refs/heads/../../evil", "refs/heads/--upload-pack=touch", "refs/heads/-c", "HEAD.lock",
    "refs/heads/a..b", "refs/heads/a\x1b[2J", "refs/heads/x.lock", "refs/heads//x",
    "refs/heads/\u202eevil",
])  # fmt: skip
def test_bundles_with_odd_names_do_no_harm(tmp_path: Path, ref: str) -> None:
    bundle = make_bundle(make_repo(tmp_path, {"a.py": "1\n"}), tmp_path / "x.bundle")
    content = bundle.read_bytes()
    oid = content[content.index(b"\n") + 1 :][:40]
    bundle.write_bytes(content.replace(b"\n\n", b"\n" + oid + b" " + ref.encode() + b"\n\n", 1))
    ending = audited(bundle)
    assert not (tmp_path / "evil").exists()
    if ref == "HEAD.lock":
        assert ending.refusal.endswith(DAMAGED_BUNDLE)
    else:
        assert ending.files == 1


def test_bundles_that_ask_for_capabilities_or_others_are_refused(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    path = tmp_path / "x.bundle"
    git(repo, "bundle", "create", "-q", "--version=3", str(path), "--all")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"@object-format=sha1\n", b"@filter=blob:none\n@evil=1\n"))
    assert audited(path).refusal.endswith(DAMAGED_BUNDLE)


@pytest.mark.parametrize(
    "rev",
    ["--upload-pack=touch x", "--output=x", "-c", "--git-dir=/etc", "HEAD:a.py", ":/x", "@{-1}",
     "HEAD^{/x}", "main..main", "^main", "a b", "$(id)", "`id`", "x" * 100_000, "HEAD@{upstream}",
     "refs/../../etc", "HEAD~999999999999", "HEAD^{tree}"],
)  # fmt: skip
def test_a_revision_cannot_be_an_option_a_path_or_an_order(tmp_path: Path, rev: str) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    ending = audited(repo, f"--rev={rev}", cwd=tmp_path)
    told = re.sub(r".*The revision '.{1,600}?' ", "", ending.refusal, flags=re.DOTALL)
    assert told in (
        "cannot be one; give a branch, a tag or a commit id.",
        (
            "is not in this repository (known branches: main); "
            "give a branch, a tag or a commit id that it holds."
        ),
    )
    assert len(ending.err) < 1000
    assert sorted(p.name for p in tmp_path.iterdir()) == ["repo"]
