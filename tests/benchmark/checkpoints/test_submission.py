"""`submission.toml` is found beside its checkpoint and held against a closed schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.submission import locate, read_submission
from hzbench.benchmark.errors import CheckpointError

WHOLE = """
[model]
name = "resnet18-mine"
architecture = "resnet18"
weights = "model.pt"
input_size = 64
mean = [0.5, 0.5, 0.5]
std = [0.5, 0.5, 0.5]
classes = ["acne", "tinea"]

[training]
recipe = "baseline"
data = "sdhz-synth-0"
overlaps = ["gaussian_noise"]

[authors]
names = ["A. Author"]
"""


def write(folder: Path, text: str) -> Path:
    """Write a submission.toml."""
    path = folder / "submission.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path) -> str:
    """Return the refusal's one line."""
    with pytest.raises(CheckpointError) as caught:
        read_submission(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_whole_declaration_is_read(tmp_path: Path) -> None:
    """All of it, preprocessing as one value."""
    submission = read_submission(write(tmp_path, WHOLE))
    half = (0.5, 0.5, 0.5)
    expected = Preprocessing(input_size=64, mean=half, std=half, classes=("acne", "tinea"))
    assert submission.model.preprocessing == expected
    assert type(submission.model.preprocessing) is Preprocessing
    assert submission.training.overlaps == ("gaussian_noise",)
    assert submission.authors.names == ("A. Author",)


def test_the_name_alone_is_enough(tmp_path: Path) -> None:
    """The rest has defaults."""
    submission = read_submission(write(tmp_path, '[model]\nname = "a"\n'))
    assert submission.model.weights == "weights.safetensors"
    assert submission.model.preprocessing == Preprocessing()


def test_an_unknown_key_gets_the_closest_one(tmp_path: Path) -> None:
    """In a section and at the top."""
    assert "Did you mean 'input_size'?" in refused(write(tmp_path, '[model]\nname = "a"\ninputsize = 3\n'))
    assert "Did you mean 'authors'?" in refused(write(tmp_path, '[model]\nname = "a"\n[author]\nx = 1\n'))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[model]\nname = "a"\nstd = [0.0, 1.0, 1.0]\n', "model.std"),
        ('[model]\nname = "a"\nweights = "../other.pt"\n', "model.weights"),
        ('[model]\nname = "<script>"\n', "model.name"),
        ('[training]\nrecipe = "x"\n', "model"),
        ('[model]\nname = "a"\ninput_size = 100000\n', "model.input_size"),
    ],
)
def test_a_wrong_value_names_its_key(tmp_path: Path, text: str, key: str) -> None:
    """Paths that leave the folder and hostile names among them."""
    assert f"'{key}" in refused(write(tmp_path, text))


def test_broken_toml_and_huge_files_are_refused(tmp_path: Path) -> None:
    """Each by a sentence of its own."""
    assert "not valid TOML" in refused(write(tmp_path, "[model\n"))
    assert "larger than" in refused(write(tmp_path, "#" * 70_000))
    path = tmp_path / "submission.toml"
    path.write_bytes(b"\xff\xfe")
    assert "not valid TOML" in refused(path)


def test_a_folder_stands_for_its_weights(tmp_path: Path) -> None:
    """So does its submission.toml."""
    path = write(tmp_path, WHOLE)
    for given in (tmp_path, path):
        located = locate(given)
        assert located.weights == tmp_path / "model.pt"
        assert located.submission is not None


def test_a_declaration_beside_the_file_is_used_if_it_names_it(tmp_path: Path) -> None:
    """Another file in the same folder is not what it speaks of."""
    write(tmp_path, WHOLE)
    assert locate(tmp_path / "model.pt").submission is not None
    assert locate(tmp_path / "other.pt").submission is None


def test_a_folder_without_a_declaration_is_refused(tmp_path: Path) -> None:
    """An empty folder is no submission."""
    with pytest.raises(CheckpointError, match=r"holds no submission\.toml"):
        locate(tmp_path)


def test_a_lone_file_has_no_declaration(tmp_path: Path) -> None:
    """The usual case."""
    assert locate(tmp_path / "model.pt") == (tmp_path / "model.pt", None)
