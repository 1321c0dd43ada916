"""What lies around the files, and how they are called: links, pipes, names that act, modules that pass for others."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_files import attacks, claim

from derivcheck.files.finding import Input, find
from derivcheck.files.load import load
from derivcheck.usage import UsageError

GOOD = claim("x", "x")
PACKAGE = Path(__file__).parents[2]
HERE = Path(__file__).parent
ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\udc80-\udcff]")

NAMES = ["\x1b[2J\x1b[H.yaml", "\x1b]0;hacked\x07.yaml", "\x1b]8;;x:y\x1b\\.yaml", "a\n::error::b.yaml", "a\rb.yaml",
         "\u202elmay.yaml", "\u2066\u200b.yaml", "$(touch hacked).yaml", "`touch hacked`.yaml", "; touch hacked;.yaml",
         "-rf.yaml", "--output=json=hacked.yaml", "a::b.yaml", "{0.__class__}.yaml", "%s%n.yaml", "<img src=x>.yaml", "=1+1.yaml",
         "\udcff\udcfe.yaml", "\x9b31m.yaml", "[bold]x.yaml", "a" * 240 + ".yaml"]
"""Names of files; halves of surrogates stand for bytes that are no UTF-8."""

ACTS = "\x1b[2J\x1b]0;a\x07\x9b\r\n\u202e\u200b\u2066\u2028\udcff"
"""A bit of everything that must not be printed."""


def derivcheck(*arguments: str, cwd: Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the command; what it prints is given as bytes."""
    path = os.pathsep.join(filter(None, [str(PACKAGE), os.environ.get("PYTHONPATH", "")]))
    command = [sys.executable, "-m", "derivcheck", *arguments]
    full = {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", **(environment or {})}
    return subprocess.run(command, cwd=cwd, env=full, capture_output=True, timeout=120, check=False)


def shown(done: subprocess.CompletedProcess[bytes]) -> str:
    """All that was printed; nothing of it does anything in a terminal."""
    text = (done.stdout + done.stderr).decode()
    assert not ACTING.search(text), text
    return text


@pytest.mark.parametrize("options", [(), ("--output-format=concise",), ("--output-format=json",)])
def test_names_of_files_can_only_be_read(tmp_path: Path, options: tuple[str, ...]) -> None:
    for name in NAMES:
        (tmp_path / name).write_text(GOOD.replace("= x", "= x + 1") if len(name) % 2 else "steps: [")
    done = derivcheck("run", ".", *options, cwd=tmp_path)
    assert done.returncode == 2
    if "json" not in "".join(options):  # which escapes in its own way and goes to no terminal
        shown(done)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("arguments", [
    ("run", f"{ACTS}.yaml"), ("explain", f"x.yaml::{ACTS}"), ("explain", f"{ACTS}.yaml::x:{'9' * 5000}"),
    ("convert", "--to=latex", f"{ACTS}.yaml"), ("convert", f"--to={ACTS}", "x.yaml"), ("new", ACTS), ("new", f"{ACTS}/x.yaml"),
    ("run", ".", f"--output-format={ACTS}"), ("run", ".", f"--output=json{ACTS}"), ("run", f"--{ACTS}=x"), (ACTS,),
    ("check", ACTS, f"x{ACTS}"), ("check", ACTS, "x", "--output-format=json"), ("run", f"--samples={'9' * 5000}"),
])
def test_a_name_in_a_complaint_can_only_be_read(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = derivcheck(*arguments, cwd=tmp_path)
    if "--output-format=json" not in arguments:
        assert "internal error" not in shown(done)
    assert done.returncode == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["run", "explain"])
@pytest.mark.parametrize("options", [(), ("--output-format=json",)])
def test_a_derivation_that_is_called_so_is_not_there(tmp_path: Path, command: str, options: tuple[str, ...]) -> None:
    (tmp_path / "x.yaml").write_text(GOOD)
    done = derivcheck(command, f"x.yaml::{ACTS}", *(options if command == "run" else ()), cwd=tmp_path)
    assert done.returncode == 2
    assert b"internal error" not in done.stderr
    assert options or "has no derivation" in shown(done)


def test_a_name_that_is_written_can_only_be_read(tmp_path: Path) -> None:
    for code in (0, 2):
        done = derivcheck("new", f"{ACTS}.yaml", cwd=tmp_path)
        assert done.returncode == code
        shown(done)
    assert [path.name for path in tmp_path.iterdir()] == [f"{ACTS}.yaml"]


STORIES = '''title: "T\\e]52;c;aGFja2Vk\\a\\u202e"
source: "S\\e[8m"
note: "N\\x9b2J"
symbols: {x: real}
derivations:
  "D\\e[2J\\u2066":
    steps:
      - x
      - {step: "= x + 1", by: "B\\e]8;;http://127.0.0.1\\e\\\\", expect: wrong}
      - {step: "= x + \\e[2J", by: "\\u202egninaem"}
      - "= 2 # \\e[31m"
      - {step: "= x + 3", expect: "\\e[2J"}
'''


@pytest.mark.parametrize("arguments", [
    ("run", "a.yaml"), ("run", "a.yaml", "--color=always"), ("run", "a.yaml", "--output-format=concise"),
    ("explain", "a.yaml::D\x1b[2J\u2066"), ("explain", "a.yaml::E\x1b[2J"), ("convert", "a.yaml", "--to=latex"),
])
def test_what_a_file_says_can_only_be_read(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "a.yaml").write_text(STORIES)
    done = derivcheck(*arguments, cwd=tmp_path)
    done.stdout = re.sub(rb"\x1b\[[0-9;]*m", b"", done.stdout) if "--color=always" in arguments else done.stdout
    assert "internal error" not in shown(done)


def test_links_do_not_lead_out_of_a_folder(tmp_path: Path) -> None:
    secret, folder = tmp_path / "secret.yaml", tmp_path / "folder"
    secret.write_text(GOOD + "note: the secret\n")
    (folder / "inner").mkdir(parents=True)
    (folder / "good.yaml").write_text(GOOD)
    for name, target in {"out": "../secret.yaml", "absolute": str(secret), "system": "/etc/passwd", "self": "self.yaml",
                         "process": "/proc/self/environ", "memory": "/proc/self/mem", "zero": "/dev/zero", "in": "good.yaml",
                         "inner/up": "../good.yaml", "inner/out": "../../secret.yaml"}.items():
        (folder / f"{name}.yaml").symlink_to(target)
    (folder / "all").symlink_to("/")
    found = {item.path.stem: load(item) for item in find([str(folder)])}
    read = {name for name, document in found.items() if document and document.derivations}
    assert read <= {"good", "in", "up"} and len(read) == 1  # one file under several names is read once
    assert {d.code for document in found.values() if document for d in document.diagnostics} == {"unreadable-file"}
    assert not any(document and document.source for name, document in found.items() if name not in read)


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "folder").mkdir()
    link = tmp_path / "folder" / "b.yaml"
    link.symlink_to("../a.yaml")
    for paths in ([str(link)], [str(tmp_path / "folder"), str(link)]):
        (document,) = [load(item) for item in find(paths)]
        assert document is not None and document.derivations


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/stdin", "/dev/tty", "/proc/self/mem", "/proc/self/environ", "/proc/kmsg"])
def test_a_device_with_another_name_is_not_read(tmp_path: Path, path: str) -> None:
    link = tmp_path / "a.yaml"
    link.symlink_to(path)
    document = load(Input(link, explicit=True))
    assert document is not None and document.diagnostics and not document.derivations


@pytest.mark.parametrize("written", [
    "../../etc/passwd", "::", "::x", "a.yaml::../../x", "/etc/passwd::x", "\x00", "a" * 5000, "~/x.yaml", "file:///etc/passwd",
    "http://127.0.0.1/x.yaml", "a.yaml::\x1b[2J",
])
def test_paths_are_files_or_a_complaint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(GOOD)
    try:
        documents = [load(item) for item in find([written])]
    except UsageError:
        return
    assert all(document is None or not document.derivations for document in documents)


def test_modules_beside_the_files_are_not_imported(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(claim("integrate(x**3*exp(sin(x)), x in 0..y)", "1"))
    (tmp_path / "a.md").write_text("<!-- derivcheck\nsymbols: {x: real}\n-->\n$$x = x$$\n")
    names = ("numpy", "sympy", "mpmath", "flint", "yaml", "msgspec", "rich", "pebble", "lark", "platformdirs", "sitecustomize",
             "selectors", "random", "tempfile", "tomllib", "multiprocessing", "json", "fractions", "usercustomize")
    for name in names:
        (tmp_path / f"{name}.py").write_text(f"open('hacked-{name}', 'w').close()\n")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONSAFEPATH"}
    done = derivcheck("run", ".", cwd=tmp_path, environment=environment)
    assert "internal error" not in shown(done)
    assert not list(tmp_path.glob("hacked*"))


def test_a_file_is_replaced_without_following_what_lies_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from derivcheck import setting_up

    victim = tmp_path / "victim"
    victim.write_text("as it was")
    path = tmp_path / "a.yaml"
    path.write_text(GOOD)
    (tmp_path / f".a.yaml.{os.getpid()}").symlink_to(victim)
    with pytest.raises(FileExistsError):
        setting_up._replace(path, b"new")
    assert victim.read_text() == "as it was"


def test_nothing_is_opened_run_or_connected_but_the_file_itself(tmp_path: Path) -> None:
    for number, attack in enumerate(attacks()):
        path = tmp_path / f"{number:03}{Path(attack.file).suffix}"
        path.write_bytes(attack.data)
    for folder in (tmp_path, *(PACKAGE / "derivations" / name for name in ("latex", "calculus", "school-algebra"))):
        done = subprocess.run([sys.executable, str(HERE / "watched_run.py"), str(folder)], capture_output=True, text=True,
                              timeout=600, check=False, env={**os.environ, "PYTHONPATH": str(PACKAGE)})
        assert done.returncode == 0, done.stderr
        *seen, last = done.stdout.splitlines()
        assert not seen
        assert int(last.split()[0]) >= 4


def test_the_watch_sees_what_it_should() -> None:
    deeds = ("open('/etc/passwd')", "open('hacked', 'w')", "__import__('socket').socket()", "__import__('os').system('true')",
             "eval('1')", "exec('1')", "__import__('subprocess').run(['true'])", "__import__('os').remove('hacked')",
             "__import__('pickle').loads(b'cos\\nsystem\\n.')", "__import__('os').mkdir('hacked')")
    for deed in deeds:
        program = (f"import sys; sys.path.insert(0, {str(HERE)!r}); import socket, subprocess, pickle, watched_run\n"
                   f"watch = watched_run.Watch(); sys.addaudithook(watch); watch.given = '/x.yaml'\n"
                   f"def deed(): {deed}\n"
                   "try: deed()\nexcept Exception: pass\n"
                   "watch.given = ''; print(len(watch.seen))")
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd="/",
                              env={**os.environ, "PYTHONPATH": str(PACKAGE)})
        assert int(done.stdout or 0) > 0, (deed, done.stderr)
