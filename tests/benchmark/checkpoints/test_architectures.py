"""Networks are built by name and recognised from keys and shapes alone."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
import torch

from hzbench.benchmark.checkpoints.architectures import (
    build,
    check_layout,
    expected_layout,
    layout_of,
    outputs,
    recognise,
    resolve,
)
from hzbench.benchmark.checkpoints.known_networks import PAPER_NETWORKS, RECOGNISED, STAND_INS
from hzbench.benchmark.errors import CheckpointError

# with a head of 4 classes; counted by torch 2.14, and equal to the printed Table 2 after rounding
PARAMETERS = {
    "alexnet": 57_020_228,
    "vgg16": 134_276_932,
    "inception_v3": 21_793_764,
    "resnet50": 23_516_228,
    "resnext101": 86_750_532,
    "seresnext101": 46_914_612,
    "densenet121": 6_957_956,
    "efficientnet_b0": 4_012_672,
    "mnasnet": 3_107_436,
    "mobilenet_v2": 2_228_996,
    "mobilenet_v3_small": 1_521_956,
}


@pytest.mark.parametrize("name", PAPER_NETWORKS)
def test_the_papers_networks_have_their_number_of_parameters(name: str) -> None:
    """To the digit, so that no variant stands for the paper's; and the layout that is compared is theirs."""
    model = build(name, 4, "meta")
    assert sum(parameter.numel() for parameter in model.parameters()) == PARAMETERS[name]
    assert layout_of(model.state_dict()) == expected_layout(name, 4)


@pytest.mark.parametrize("name", STAND_INS)
def test_a_stand_in_is_a_tenth_of_what_it_stands_for_at_most(name: str) -> None:
    """Narrow enough to be trained on a processor, and never taken for the network itself."""
    small, large = (build(one, 4, "meta") for one in (name, name.removesuffix("_standin")))
    sizes = [sum(parameter.numel() for parameter in model.parameters()) for model in (small, large)]
    assert 10 * sizes[0] < sizes[1]


@pytest.mark.parametrize("name", RECOGNISED)
def test_each_listed_network_is_recognised_whatever_its_head(name: str) -> None:
    """Seven outputs are none that anything was computed for."""
    layout = expected_layout(name, 7)
    assert len(layout) == RECOGNISED[name]
    assert recognise(layout) == name
    assert outputs(name, layout) == 7


@pytest.mark.parametrize("count", [3, 1000])
def test_the_number_of_outputs_is_read_from_the_head(count: int) -> None:
    """From the shapes of a network that was built with it."""
    assert outputs("mobilenet_v2", layout_of(build("mobilenet_v2", count, "meta").state_dict())) == count


def test_an_inception_with_its_auxiliary_head_is_recognised() -> None:
    """That head is used in training alone."""
    import torchvision

    with torch.device("meta"):
        model = torchvision.models.inception_v3(weights=None, num_classes=4, init_weights=False)
    assert recognise(layout_of(model.state_dict())) == "inception_v3"


def test_timm_writes_the_same_keys_for_what_torchvision_knows() -> None:
    """The name of torchvision stands where both libraries' weights fit."""
    for timm_name, name in (("timm/resnet50", "resnet50"), ("timm/densenet121", "densenet121")):
        assert recognise(expected_layout(timm_name, 4)) == name


def test_unknown_weights_ask_for_a_name_and_give_the_nearest() -> None:
    """A ResNet-18 with one more layer is still nearest to a ResNet-18."""
    layout = {**expected_layout("resnet18", 4), "extra.weight": (3, 3)}
    with pytest.raises(CheckpointError, match=r"nearest is resnet18.*--arch"):
        recognise(layout)


def test_weights_like_nothing_known_get_no_guess() -> None:
    """A wrong hint is worse than none."""
    with pytest.raises(CheckpointError) as caught:
        recognise({"a": (3,)})
    assert "nearest" not in str(caught.value)


def test_three_outputs_for_four_classes_is_said_plainly() -> None:
    """The message holds both numbers."""
    layout = expected_layout("mobilenet_v3_small", 3)
    with pytest.raises(CheckpointError, match="has 3 outputs, the dataset has 4 classes"):
        check_layout("mobilenet_v3_small", layout, 4)


def test_a_wrong_architecture_lists_what_differs() -> None:
    """The first missing and unexpected keys and shapes are named."""
    with pytest.raises(CheckpointError, match=r"do not fit resnet18: \d+ missing.*unexpected.*--arch"):
        check_layout("resnet18", expected_layout("alexnet", 4), 4)
    with pytest.raises(CheckpointError, match=r"shapes \(layer1.*instead of"):
        check_layout("resnet50", expected_layout("wide_resnet50_2", 4), 4)


def test_a_fitting_layout_passes() -> None:
    """Nothing is raised."""
    check_layout("alexnet", expected_layout("alexnet", 4), 4)


def test_names_are_looked_up_in_the_paper_then_torchvision_then_timm() -> None:
    """`timm/` forces timm."""
    assert resolve("resnext101") == ("torchvision", "resnext101_32x8d")
    assert resolve("resnet50") == ("torchvision", "resnet50")
    assert resolve("timm/resnet50") == ("timm", "resnet50")
    assert resolve("mobilenetv3_small_100") == ("timm", "mobilenetv3_small_100")


@pytest.mark.parametrize(
    "name", ["mobilenet_v3_smal", "hf_hub:someone/model", "../x", "fasterrcnn_resnet50_fpn", ""]
)
def test_an_unknown_name_is_refused(name: str) -> None:
    """Detectors, downloads and typing errors are none of the names."""
    with pytest.raises(CheckpointError, match="unknown architecture"):
        resolve(name)


def test_an_unknown_name_gets_the_closest_ones() -> None:
    """One letter less still finds it."""
    with pytest.raises(CheckpointError, match=r"Close names: .*mobilenet_v3_small"):
        resolve("mobilenet_v3_smal")


def test_recognition_does_not_load_torchs_compiler() -> None:
    """It would double the time that every worker takes to start; whoever needs it can still import it."""
    text = """
        import sys
        from hzbench.benchmark.checkpoints.architectures import expected_layout, recognise
        assert recognise(expected_layout("mobilenet_v3_small", 7)) == "mobilenet_v3_small"
        assert "torch._dynamo" not in sys.modules
        import torch._dynamo.utils
        assert torch._dynamo.utils.is_compile_supported.__module__ == "torch._dynamo.utils"
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(text)], check=True)


def test_constructors_that_need_real_tensors_are_built_all_the_same() -> None:
    """RegNet of torchvision computes its widths with tensors."""
    assert outputs("regnet_y_400mf", expected_layout("regnet_y_400mf", 9)) == 9
