"""Which sandbox is chosen: the best there is, the one that was asked for, or an error."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from hzbench.benchmark.checkpoints import admission
from hzbench.benchmark.checkpoints.admission import Admitted
from hzbench.benchmark.checkpoints.sandbox import bubblewrap, folders, ladder, landlock
from hzbench.benchmark.checkpoints.sandbox.ladder import Layer, Sandbox
from hzbench.benchmark.errors import CheckpointError, UsageError

WORKS = Layer(True, "1")


def machine(monkeypatch: pytest.MonkeyPatch, *layers: str) -> None:
    """Make the machine one on which just some layers work."""
    found = {
        name: WORKS if name in layers else Layer(False, f"no {name}", f"Install {name}")
        for name in ("bubblewrap", "landlock", "seccomp")
    }
    monkeypatch.setattr(ladder, "probe", lambda: found)
    monkeypatch.delenv(ladder.VARIABLE, raising=False)


@pytest.mark.parametrize(
    ("layers", "rung"),
    [
        (("bubblewrap", "landlock", "seccomp"), "bubblewrap"),
        (("bubblewrap", "seccomp"), "bubblewrap"),
        (("landlock", "seccomp"), "landlock"),
        (("bubblewrap", "landlock"), "none"),
        (("bubblewrap",), "none"),
        (("seccomp",), "none"),
        ((), "none"),
    ],
)
def test_all_layers_that_work_are_used(
    monkeypatch: pytest.MonkeyPatch, layers: tuple[str, ...], rung: str
) -> None:
    """And they make the best rung that they suffice for; on the lowest, programs are refused."""
    machine(monkeypatch, *layers)
    sandbox = ladder.choose()
    assert (sandbox.layers, sandbox.rung, sandbox.holds_programs) == (layers, rung, rung != "none")
    assert sandbox.name == ("+".join(layers) or "none")


def test_a_forced_rung_is_that_rung(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what else works inside it, but without what stands above it."""
    machine(monkeypatch, "bubblewrap", "landlock", "seccomp")
    expected = {"auto": 3, "bubblewrap": 3, "landlock": 2, "none": 0}
    for wanted, count in expected.items():
        monkeypatch.setenv(ladder.VARIABLE, wanted)
        sandbox = ladder.choose()
        assert len(sandbox.layers) == count
        assert wanted in ("auto", sandbox.rung)


def test_a_forced_rung_that_is_not_reached_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never a weaker one; the reason and the way out are named."""
    machine(monkeypatch, "landlock", "seccomp")
    monkeypatch.setenv(ladder.VARIABLE, "bubblewrap")
    with pytest.raises(UsageError, match=r"no bubblewrap\. Install bubblewrap\. See: hzbench doctor"):
        ladder.choose()
    monkeypatch.setenv(ladder.VARIABLE, "landlok")
    with pytest.raises(UsageError, match="Did you mean 'landlock'"):
        ladder.choose()


@pytest.mark.parametrize("format_", ["torchscript", "pt2"])
def test_programs_are_refused_without_a_rung_that_holds_them(
    monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    """With exit code 4 and the next step; weights are taken all the same."""
    machine(monkeypatch, "seccomp")
    with pytest.raises(
        CheckpointError, match=r"rule 'sandbox': .*sandbox: seccomp.*hzbench doctor"
    ) as caught:
        admission.check_sandbox(Admitted(Path("a"), format_, "", 0))
    assert caught.value.exit_code == 4
    admission.check_sandbox(Admitted(Path("a"), "safetensors", "", 0))
    machine(monkeypatch, "landlock", "seccomp")
    admission.check_sandbox(Admitted(Path("a"), format_, "", 0))


def test_what_may_be_read_leaves_out_homes_and_the_current_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Python's folders are in it, and what PYTHONPATH names by a full path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}/given:relative:")
    (tmp_path / "given").mkdir()
    readable = folders.readable()
    assert f"{tmp_path}/given" in readable
    assert os.path.realpath(os.__file__).startswith(readable)
    shut = {"/", "/etc", "/home", "/root", "/tmp", "/var", "/proc", "/dev", str(tmp_path), str(Path.home())}
    assert not shut & set(readable)
    assert not any(path.startswith("/dev/") for path in readable)


def test_bubblewrap_shows_nothing_twice() -> None:
    """A folder inside a shown one needs no mount of its own; /proc is the sandbox's own."""
    command = bubblewrap.wrap("bwrap", ["/usr/lib/python3", "/usr", "/proc/self", "/opt/a"], ["/dev/null"])
    binds = [command[i + 1] for i, word in enumerate(command) if word == "--ro-bind"]
    assert binds == ["/opt/a", "/usr"]
    assert "--unshare-net" in command
    assert command[-1] == "--"


def test_reasons_are_told_apart() -> None:
    """A kernel without Landlock, one that does not enable it, and a container that forbids it."""
    told = {landlock.why_not(OSError(code, "")) for code in (errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM)}
    assert len(told) == 3


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("_APPARMOR", "1", "bwrap-userns-restrict"),
        ("_MAXIMUM", "0", "max_user_namespaces"),
        ("_DEBIAN", "0", "unprivileged_userns_clone"),
    ],
)
def test_advice_fits_what_blocks_user_namespaces(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, content: str, word: str
) -> None:
    """Each setting of the kernel has its own way out."""
    for setting in ("_APPARMOR", "_MAXIMUM", "_DEBIAN"):
        monkeypatch.setattr(bubblewrap, setting, tmp_path / "absent")
    (tmp_path / "setting").write_text(content + "\n")
    monkeypatch.setattr(bubblewrap, name, tmp_path / "setting")
    assert word in bubblewrap.advice()


def test_a_plan_survives_the_command_line() -> None:
    """As JSON."""
    plan = Sandbox(("landlock", "seccomp")).plan("cuda", "/somewhere")
    assert type(plan).from_json(plan.to_json()) == plan
    assert plan.graphics
