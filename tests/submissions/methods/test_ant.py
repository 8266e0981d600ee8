"""ANT: the length of the noise, who is trained when and against whom, and the replay of former generators."""

from __future__ import annotations

from collections.abc import Iterator

import pydantic
import pytest
import torch
from torch.nn import functional

from hzbench.submissions.methods.adversarial_noise import NoiseGenerator, add_noise
from hzbench.submissions.methods.ant import Ant
from hzbench.submissions.methods.method import Batch, Setup

CPU = torch.device("cpu")
SIDE = 12


class Student(torch.nn.Module):
    """A small network with batch normalisation and dropout, to tell training from evaluation."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Conv2d(3, 6, 3), torch.nn.BatchNorm2d(6), torch.nn.ReLU(), torch.nn.Dropout(0.3)
        )
        self.head = torch.nn.Linear(6, 3)
        self.seen: list[tuple[bool, torch.Tensor]] = []

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        self.seen.append((self.training, pixels.detach()))
        logits: torch.Tensor = self.head(self.layers(pixels).mean(dim=(2, 3)))
        return logits


def make(**options: float) -> Ant:
    """Return the method over a small student at 12 x 12 pixels."""
    torch.manual_seed(0)
    method = Ant(Ant.Options(**{"fresh_generator_passes": 1} | options))
    student = Student()
    method.setup(Setup(student, classes=3, pictures=20, epochs=3, batch=10, input_size=SIDE, device=CPU))
    return method


def batches(count: int = 2, size: int = 10) -> Iterator[Batch]:
    """Yield a few batches of random pictures."""
    random = torch.Generator().manual_seed(1)
    for number in range(count):
        pixels = torch.rand(size, 3, SIDE, SIDE, generator=random)
        labels = torch.randint(3, (size,), generator=random)
        yield Batch(pixels, labels, torch.arange(size) + number * size, draw=0)


@pytest.mark.parametrize("sigma", [0.05, 0.3, 0.45])
def test_noise_has_its_length_after_clipping(sigma: float) -> None:
    """The root mean square of the change is sigma, for noise of any scale."""
    torch.manual_seed(0)
    length = sigma * (3 * SIDE**2) ** 0.5
    pixels = torch.rand(6, 3, SIDE, SIDE)
    noise = torch.randn_like(pixels) * torch.tensor([1e-3, 0.1, 1, 1, 30, 1e4]).view(-1, 1, 1, 1)
    noisy = add_noise(pixels, noise, length)
    assert noisy.min() >= 0
    assert noisy.max() <= 1
    assert (noisy == 0).any()
    lengths = (noisy - pixels).flatten(1).norm(dim=1)
    torch.testing.assert_close(lengths, torch.full((6,), length), rtol=1e-4, atol=0)


def test_unreachable_length_drives_the_noise_into_the_bounds() -> None:
    """White on black everywhere is the most that upward noise can do."""
    pixels, noise = torch.full((1, 3, 4, 4), 0.75), torch.rand(1, 3, 4, 4) + 0.1
    noisy = add_noise(pixels, noise, length=100.0)
    torch.testing.assert_close(noisy, torch.ones_like(noisy))


def test_gradient_of_the_noise_knows_that_its_length_is_fixed() -> None:
    """Against finite differences in float64; scaling the noise as a whole changes nothing."""
    torch.manual_seed(0)
    pixels = torch.rand(2, 3, 4, 4, dtype=torch.float64)
    noise = torch.randn_like(pixels, requires_grad=True)
    assert torch.autograd.gradcheck(lambda n: add_noise(pixels, n, 1.5), (noise,), eps=1e-7, atol=1e-4)
    gradient = torch.autograd.grad((add_noise(pixels, noise, 1.5) * pixels).sum(), noise)[0]
    assert (gradient * noise).flatten(1).sum(dim=1).abs().max() < 1e-6


@pytest.mark.parametrize("kernel", [1, 3])
def test_fresh_generator_draws_nearly_white_noise_that_ignores_the_picture(kernel: int) -> None:
    """Weights of N(0, 0.01^2) and no biases leave the noise that was put in."""
    torch.manual_seed(0)
    generator = NoiseGenerator(kernel)
    noise = generator(torch.zeros(4, 3, 32, 32))
    assert noise.shape == (4, 3, 32, 32)
    assert noise.std().item() == pytest.approx(1, rel=0.02)
    torch.manual_seed(1)
    on_black = generator(torch.zeros(2, 3, 8, 8))
    torch.manual_seed(1)
    assert torch.equal(generator(torch.ones(2, 3, 8, 8)), on_black)


def test_generator_is_trained_against_the_frozen_student_in_eval_mode() -> None:
    """Its steps raise the student's loss; the student gets no gradient and no new statistics."""
    method = make(sigma=0.1)
    student = method.student
    before = {name: value.clone() for name, value in student.state_dict().items()}
    batch = next(batches())
    adam = torch.optim.Adam(method.generator.parameters(), lr=0.02)
    losses = [method.strengthen(batch, adam) for _ in range(60)]
    assert sum(losses[-10:]) > sum(losses[:10])
    assert all(parameter.grad is None for parameter in student.parameters())
    assert all(torch.equal(value, before[name]) for name, value in student.state_dict().items())
    assert student.training
    assert not any(training for training, _ in student.seen)  # type: ignore[union-attr]  # a Student


def test_step_updates_the_generator_then_trains_the_student_on_the_mixed_batch() -> None:
    """First the whole batch with noise in eval mode, then half of it clean in training mode."""
    method = make()
    method.on_epoch_start(0, lambda: batches(1))
    student = method.student
    student.seen.clear()  # type: ignore[union-attr, operator]  # a Student
    before = [parameter.clone() for parameter in method.generator.parameters()]
    batch = next(batches())
    loss = method.loss(batch)
    (first_training, first), (second_training, second) = student.seen  # type: ignore[misc]  # a Student
    assert (first_training, second_training) == (False, True)
    changed = [(pixels != batch.pixels).flatten(1).any(dim=1).tolist() for pixels in (first, second)]
    assert changed == [[True] * 10, [False] * 5 + [True] * 5]
    assert any(
        not torch.equal(new, old) for new, old in zip(method.generator.parameters(), before, strict=True)
    )
    loss.backward()
    assert all(parameter.grad is not None for parameter in student.parameters())
    assert isinstance(functional.cross_entropy(student(second), batch.labels), torch.Tensor)


def test_each_epoch_begins_with_a_new_generator_that_is_kept_for_replay() -> None:
    """It starts from scratch, is trained on the given number of batches at most, and is saved."""
    method = make(fresh_generator_steps=3, fresh_generator_passes=2)
    student = method.student
    generators = []
    for epoch in range(3):
        student.seen.clear()  # type: ignore[union-attr, operator]  # a Student
        method.on_epoch_start(epoch, batches)
        assert len(student.seen) == 3  # type: ignore[arg-type]  # two batches a pass, two passes, three at most
        generators.append(method.generator)
    assert len({id(generator) for generator in generators}) == 3
    assert len(method.former) == 3
    for saved, generator in zip(method.former, generators, strict=True):
        assert all(torch.equal(saved[name], value) for name, value in generator.state_dict().items())


def test_replayed_part_comes_from_former_generators(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the first epoch all noise is the current generator's; later two tenths are of former ones."""
    method = make()
    used: list[tuple[bool, int]] = []
    forward = NoiseGenerator.forward

    def note(self: NoiseGenerator, pixels: torch.Tensor) -> torch.Tensor:
        used.append((self is method.generator, len(pixels)))
        return forward(self, pixels)

    method.on_epoch_start(0, lambda: batches(1))
    monkeypatch.setattr(NoiseGenerator, "forward", note)
    method.mixed(next(batches()).pixels)
    assert used == [(True, 3), (True, 1), (True, 1)]
    monkeypatch.undo()
    method.on_epoch_start(1, lambda: batches(1))
    monkeypatch.setattr(NoiseGenerator, "forward", note)
    used.clear()
    method.mixed(next(batches()).pixels)
    assert used == [(True, 3), (False, 1), (False, 1)]


def test_generators_survive_an_interruption() -> None:
    """A resumed run replays the same generators and begins its epoch with the same new one."""
    first, second = make(), make()
    for epoch in range(2):
        first.on_epoch_start(epoch, batches)
    second.load_state_dict(first.state_dict())
    found = []
    for method in (first, second):
        torch.manual_seed(7)
        method.student.load_state_dict(first.student.state_dict())
        method.on_epoch_start(2, batches)
        found.append(method.mixed(next(batches()).pixels))
    assert torch.equal(found[0], found[1])


def test_shares_beyond_a_whole_batch_are_refused() -> None:
    """0.9 of the current generator and twice 0.1 of former ones leave less than nothing clean."""
    with pytest.raises(pydantic.ValidationError, match="more than a whole batch"):
        Ant.Options(current=0.9)
