"""The rules that the pickle inside a PyTorch file must keep, each named in the refusal it causes.

A state_dict needs tensors, their storages, dictionaries and plain values. Beside it people keep an optimiser,
the epoch, a NumPy score and timm's argparse.Namespace; these are harmless and let through. All else is
refused before anything is loaded. The worker loads with `weights_only=True`, which has its own allow-list.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from hzbench.benchmark.checkpoints.inert_pickle import (
    Global,
    InertPickle,
    InertPickleError,
    Made,
    Persistent,
    is_plain_key,
    read_inert_pickle,
)
from hzbench.benchmark.checkpoints.refusal import printable, refusal

STORAGE_BYTES = {
    "torch.FloatStorage": 4,
    "torch.DoubleStorage": 8,
    "torch.HalfStorage": 2,
    "torch.BFloat16Storage": 2,
    "torch.LongStorage": 8,
    "torch.IntStorage": 4,
    "torch.ShortStorage": 2,
    "torch.CharStorage": 1,
    "torch.ByteStorage": 1,
    "torch.BoolStorage": 1,
    "torch.storage.UntypedStorage": 1,
}
"""Storage class -> bytes of one element."""

NUMPY_SCALAR = {"numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar"}
NUMPY_TYPES = {"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"}

ALLOWED_GLOBALS = frozenset(
    {
        "collections.OrderedDict",
        "collections.Counter",  # learning-rate milestones
        "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_parameter",
        "torch.nn.parameter.Parameter",
        "torch.Size",
        "torch.device",
        "torch.float32",
        "torch.float64",
        "torch.float16",
        "torch.bfloat16",
        "torch.int64",
        "_codecs.encode",  # how protocol 2 writes bytes
        "builtins.set",
        "argparse.Namespace",  # timm keeps its options beside the weights
        "numpy.dtype",
        *NUMPY_SCALAR,
        *STORAGE_BYTES,
    }
)

MODEL_PACKAGES = ("torch", "torchvision", "timm", "functools", "collections", "builtins", "_codecs")
"""Where the parts of an honest pickled model come from, besides classes that are only instantiated."""


def check_pickle(path: Path, stream: IO[bytes]) -> InertPickle:
    """Apply every rule to the pickle at the stream's position and return what it asks for.

    Raises:
        CheckpointError: the pickle breaks a rule, which is named.
    """
    try:
        pickle = read_inert_pickle(stream)
    except InertPickleError as error:
        raise refusal(path, error.rule, str(error)) from error
    check_whole_model(path, pickle)
    check_globals(path, pickle)
    check_calls(path, pickle)
    check_plain_values(path, pickle)
    check_keys(path, pickle)
    check_views(path, pickle)
    return pickle


def check_whole_model(path: Path, pickle: InertPickle) -> None:
    """Rule `whole-model`: no pickled nn.Module, which would run its author's code on loading."""
    modules = [made for made in pickle.made if _is_module(made)]
    if not modules:
        return
    instantiated = {made.callee.name for made in pickle.made if made.new and isinstance(made.callee, Global)}
    for name in pickle.globals:
        known = name in ALLOWED_GLOBALS or name in instantiated or name.split(".")[0] in MODEL_PACKAGES
        if not known:
            return  # a call that no model needs: the rule on globals names it
    where, part = _place_of_module(pickle)
    model = "checkpoint" + (f"[{part!r}]" if part else "")
    raise refusal(
        path,
        "whole-model",
        f"it holds a whole pickled model ({where}), which would run code on loading",
        "If you made it, turn it into weights with these two lines of Python: "
        f'checkpoint = torch.load("{printable(path.name)}", weights_only=False); '
        f'torch.save({model}.state_dict(), "model.pt")',
    )


def check_globals(path: Path, pickle: InertPickle) -> None:
    """Rule `pickle-globals`: only names that rebuild tensors and plain values may be asked for."""
    foreign = sorted({name for name in pickle.globals if name not in ALLOWED_GLOBALS})
    if foreign:
        listed = ", ".join(foreign[:3]) + (f" and {len(foreign) - 3} more" if len(foreign) > 3 else "")
        raise refusal(path, "pickle-globals", f"its pickle asks for {listed}, which weights do not need")


def check_calls(path: Path, pickle: InertPickle) -> None:
    """Rule `pickle-calls`: what is called is a name of the allow-list, never a value made on the way."""
    for made in pickle.made:
        if not isinstance(made.callee, Global):
            raise refusal(path, "pickle-calls", "its pickle calls something that is not a plain name")


def check_plain_values(path: Path, pickle: InertPickle) -> None:
    """Rule `plain-values`: NumPy scalars are plain numbers, and bytes are written as latin1.

    NumPy unpickles scalars of type object; other codecs of `_codecs.encode` can take quadratic time.
    """
    for made in pickle.made:
        name = made.callee.name
        if (name == "numpy.dtype" and not _is_plain_dtype(made)) or (
            name in NUMPY_SCALAR and not _is_plain_scalar(made)
        ):
            raise refusal(path, "plain-values", "it holds a NumPy value that is not a plain number")
        if name == "_codecs.encode" and not _is_latin1(made.arguments):
            raise refusal(path, "plain-values", "it holds text in another encoding than latin1")


def check_keys(path: Path, pickle: InertPickle) -> None:
    """Rule `pickle-keys`: what is hashed, in sets and as keys, is plain: deep shared tuples take for ever."""
    for made in pickle.made:
        hashed: list[Any] = []
        match made.callee.name, made.arguments:
            case "builtins.set", (list(values),):
                hashed = values
            case "collections.OrderedDict", (list(pairs),):
                hashed = [pair[0] if isinstance(pair, list | tuple) and pair else made for pair in pairs]
            case ("builtins.set" | "collections.OrderedDict", ()) | ("collections.Counter", () | (dict(),)):
                pass
            case (("builtins.set" | "collections.OrderedDict" | "collections.Counter"), _):
                hashed = [made]
        if not all(is_plain_key(value) for value in hashed):
            raise refusal(path, "pickle-keys", "a set or dictionary holds keys that are no plain values")


def storages(path: Path, pickle: InertPickle) -> dict[str, int]:
    """Rule `pickle-storages`: every outside reference is a storage of a known type; return key -> bytes.

    The identity is ('storage', class, key, location, number of elements[, view]); see torch/serialization.py.
    """
    found: dict[str, int] = {}
    for persistent in pickle.persistent:
        match persistent.identity:
            case ("storage", Global(name), str(key), str(), int(count), *_) if name in STORAGE_BYTES:
                size = STORAGE_BYTES[name] * count
            case _:
                raise refusal(path, "pickle-storages", "a tensor's storage is of an unknown kind")
        if count < 0 or found.setdefault(key, size) != size:
            raise refusal(path, "pickle-storages", f"storage {key!r} is declared with two different sizes")
    return found


def check_views(path: Path, pickle: InertPickle) -> None:
    """Rule `tensor-views`: each tensor lies within the storage that it names.

    Its arguments are (storage, offset, sizes, strides, ...), counted in elements; see torch/_utils.py.
    """
    for made in pickle.made:
        if made.callee != Global("torch._utils._rebuild_tensor_v2"):
            continue
        match made.arguments:
            case (Persistent((_, _, _, _, int(room), *_)), int(offset), tuple(sizes), tuple(strides), *_) if (
                len(sizes) == len(strides)
                and all(isinstance(number, int) and number >= 0 for number in (offset, *sizes, *strides))
            ):
                reach = offset + sum((size - 1) * stride for size, stride in zip(sizes, strides, strict=True))
                if 0 in sizes or reach < room:
                    continue
        raise refusal(path, "tensor-views", "a tensor reaches beyond its storage")


def _is_module(made: Made) -> bool:
    return isinstance(made.state, dict) and "_modules" in made.state and "_parameters" in made.state


def _place_of_module(pickle: InertPickle) -> tuple[str, str]:
    """Return the class of the outermost model, and the key it lies under ('' where it is the root)."""
    root = pickle.root
    entries: dict[Any, Any] = {}
    if isinstance(root, Made) and not _is_module(root):
        entries = root.state if isinstance(root.state, dict) else {}
    elif isinstance(root, dict):
        entries = root
    candidates = [(root, ""), *((value, key) for key, value in entries.items() if isinstance(key, str))]
    for value, key in candidates:
        if isinstance(value, Made) and _is_module(value):
            return getattr(value.callee, "name", "unnamed class"), key
    return "inside another object", ""


def _is_plain_dtype(made: Made) -> bool:
    match made.arguments:
        case (str(kind), *_) if kind in NUMPY_TYPES:
            return made.state is None or (
                isinstance(made.state, tuple)
                and len(made.state) == 8
                and made.state[0] == 3
                and made.state[1] in ("<", "|", "=")
                and made.state[2:] == (None, None, None, -1, -1, 0)
            )
    return False


def _is_latin1(arguments: Any) -> bool:
    match arguments:
        case (str(), "latin1"):
            return True
    return False


def _is_plain_scalar(made: Made) -> bool:
    match made.arguments:
        case (Made(callee=Global("numpy.dtype")), Made(callee=Global("_codecs.encode"))):
            return True
    return False
