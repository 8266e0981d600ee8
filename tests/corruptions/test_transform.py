"""The transform fits other people's pipelines and never repeats itself across workers and epochs."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from hzbench.corruptions import corrupt_cell, pixel_digest
from hzbench.corruptions.cell_dataset import CellDataset
from hzbench.corruptions.transform import RandomCorruption


class Repeated:
    """The same grey picture `count` times, under a transform."""

    def __init__(self, count, transform):
        """Remember both."""
        self.count, self.transform = count, transform

    def __len__(self):
        """Return the number of pictures."""
        return self.count

    def __getitem__(self, index):
        """Return the transformed picture."""
        return self.transform(np.full((32, 32, 3), 128, np.uint8))


def test_draw_zero_gives_the_cell_itself(small_picture):
    """Without randomness of its own, the transform is `corrupt_cell`."""
    transform = RandomCorruption("fog", 3, draw=0)
    assert np.array_equal(transform(small_picture), corrupt_cell(small_picture, "fog", 3))


def test_each_type_of_picture_comes_back_as_it_was(small_picture):
    """Arrays, PIL images and tensors, in colour and grey; labels pass through."""
    torch = pytest.importorskip("torch")
    transform = RandomCorruption("contrast", 2, draw=0)
    expected = corrupt_cell(small_picture, "contrast", 2)
    assert np.array_equal(np.asarray(transform(Image.fromarray(small_picture))), expected)
    tensor, label = transform(torch.from_numpy(small_picture.transpose(2, 0, 1).copy()), 7)
    assert label == 7
    assert np.array_equal(tensor.numpy().transpose(1, 2, 0), expected)
    grey = small_picture[:, :, 1]
    assert transform(Image.fromarray(grey)).mode == "L"
    assert transform(torch.from_numpy(grey.copy())[None]).shape == (1, *grey.shape)


@pytest.mark.parametrize(
    "image", [Image.new("RGBA", (40, 40)), "a path", np.zeros((40, 40, 3), np.float32)], ids=str
)
def test_other_pictures_are_refused(image):
    """The error says what was found."""
    with pytest.raises((TypeError, ValueError), match="expected"):
        RandomCorruption("fog", 1)(image)


def test_a_tensor_of_another_shape_is_refused():
    """Channels come first."""
    torch = pytest.importorskip("torch")
    with pytest.raises(ValueError, match=r"expected \(3, H, W\)"):
        RandomCorruption("fog", 1)(torch.zeros(40, 40, 3, dtype=torch.uint8))


@pytest.mark.parametrize(
    "arguments", [("fogg",), (["fog", "x"],), ("fog", 6), ("fog", []), (["fog"], [0, 1])]
)
def test_an_unknown_cell_is_refused(arguments):
    """At construction, not in a worker."""
    with pytest.raises(ValueError, match="xpected"):
        RandomCorruption(*arguments)


def test_the_global_seed_repeats_a_run(small_picture):
    """torch.manual_seed decides which cells and draws come."""
    torch = pytest.importorskip("torch")
    transform = RandomCorruption("noise")

    def run():
        torch.manual_seed(3)
        return [pixel_digest(transform(small_picture)) for _ in range(4)]

    first = run()
    assert first == run()
    assert len(set(first)) == 4


def test_without_torch_numpys_generator_decides():
    """A fresh process that never loads torch."""
    code = (
        "import sys, numpy as np; from hzbench.corruptions.transform import RandomCorruption as R;"
        "image = np.zeros((32, 32, 3), np.uint8) + 99; transform = R('impulse_noise', 5);"
        "run = lambda: (np.random.seed(1), transform(image), transform(image));"
        "a, b = run(), run(); assert (a[1] == b[1]).all() and (a[1] != a[2]).any();"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_workers_and_epochs_never_repeat_noise():
    """Twelve pictures by two workers, twice: twenty-four different draws."""
    torch_data = pytest.importorskip("torch.utils.data")
    loader = torch_data.DataLoader(
        Repeated(12, RandomCorruption("gaussian_noise", 5)), num_workers=2, batch_size=2, collate_fn=list
    )
    digests = [pixel_digest(image) for _ in range(2) for batch in loader for image in batch]
    assert len(set(digests)) == 24


def test_it_stands_in_a_torchvision_pipeline(small_picture):
    """Between a conversion to a tensor and one to floats."""
    torch = pytest.importorskip("torch")
    v2 = pytest.importorskip("torchvision.transforms.v2")
    pipeline = v2.Compose([v2.ToImage(), RandomCorruption("blur", 3), v2.ToDtype(torch.float32, scale=True)])
    output, label = pipeline(Image.fromarray(small_picture), 2)
    assert output.shape == (3, *small_picture.shape[:2])
    assert label == 2


def test_it_stands_in_an_albumentations_pipeline(small_picture):
    """As the image function of a Lambda."""
    albumentations = pytest.importorskip("albumentations")
    pipeline = albumentations.Compose([albumentations.Lambda(image=RandomCorruption("pixelate", 5), p=1)])
    expected = corrupt_cell(small_picture, "pixelate", 5)
    assert np.array_equal(pipeline(image=small_picture)["image"], expected)


def test_a_cell_is_a_dataset(photographs):
    """Pictures come corrupted and transformed, with their labels."""
    pictures = [(image, place) for place, image in enumerate(photographs)]
    cell = CellDataset(pictures, "snow", 2, transform=lambda image: image[0, 0])
    assert len(cell) == len(photographs)
    pixel, label = cell[1]
    assert label == 1
    assert np.array_equal(pixel, corrupt_cell(photographs[1], "snow", 2)[0, 0])
    with pytest.raises(ValueError, match="no such cell"):
        CellDataset(pictures, "snow", 0)
