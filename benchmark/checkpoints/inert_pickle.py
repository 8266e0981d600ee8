"""Read a pickle without running it: its opcodes are replayed on a stack of inert values.

Only the opcodes that `torch.load(weights_only=True)` understands are replayed (see
torch/_weights_only_unpickler.py), so a pickle that needs any other could not be loaded anyway. Nothing is
imported, called or built; a call is recorded as a `Made` value. Values may be shared and nested without
limit, so they are never printed or hashed.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple, cast

MAXIMUM_OPCODES = 2_000_000
"""A state_dict of 1,000 tensors with its optimiser takes about 100,000."""

MAXIMUM_ARGUMENT = 16 << 20
"""Bytes of one value. A read reserves what an opcode declares, even where the file is far shorter."""

_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_VALUES = {"BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE", "SHORT_BINSTRING"}
_TUPLES = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_RENAMED = {"__builtin__": "builtins", "copy_reg": "copyreg"}


class InertPickleError(ValueError):
    """A stream that is no well-formed pickle of the accepted opcodes."""

    def __init__(self, message: str, rule: str = "pickle-form") -> None:
        """Keep the name of the rule that the stream breaks beside the message."""
        super().__init__(message)
        self.rule = rule


def is_plain_key(value: Any) -> bool:
    """Tell whether hashing a value is cheap: shared nested tuples would take exponential time."""
    scalar = str | bytes | int | float | None | Global
    if type(value) is tuple:
        return len(value) <= 16 and all(isinstance(part, scalar) for part in value)
    return isinstance(value, scalar)


class Global(NamedTuple):
    """A module-level name that the pickle asks for."""

    name: str


@dataclass(eq=False)
class Made:
    """The result of a call that the pickle asks for; `new` tells `cls.__new__` from a plain call."""

    callee: Any
    arguments: Any
    new: bool
    state: Any = None


@dataclass(eq=False)
class Persistent:
    """A reference to something outside the pickle: here always a storage, by its identifying tuple."""

    identity: Any


@dataclass
class InertPickle:
    """What a pickle asks for: its root value, every global, call and storage, in reading order."""

    root: Any = None
    globals: list[str] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    persistent: list[Persistent] = field(default_factory=list)


def read_inert_pickle(stream: IO[bytes]) -> InertPickle:
    """Return what the pickle at the stream's position asks for; the stream is left behind its STOP.

    Raises:
        InertPickleError: a foreign opcode, a malformed or too long stream.
    """
    machine = _Machine()
    bounded = cast("IO[bytes]", _BoundedStream(stream))
    try:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(bounded)):
            if count >= MAXIMUM_OPCODES:
                raise InertPickleError(f"more than {MAXIMUM_OPCODES:,} opcodes", "pickle-length")
            machine.step(opcode.name, argument)
    except InertPickleError:
        raise
    except (ValueError, IndexError, KeyError, TypeError, OverflowError, EOFError) as error:
        # pickletools reports a malformed stream by ValueError, the replay by what a missing operand raises
        raise InertPickleError(f"not a well-formed pickle ({type(error).__name__}: {error})") from error
    machine.result.root = machine.stack[-1] if machine.stack else None
    return machine.result


class _BoundedStream:
    """What pickletools needs of a stream, with a limit on single reads."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.tell = stream.tell

    def read(self, size: int) -> bytes:
        if size > MAXIMUM_ARGUMENT:
            raise InertPickleError(f"a value of {size:,} bytes", "pickle-length")
        return self._stream.read(size)

    def readline(self) -> bytes:
        return self._stream.readline(MAXIMUM_ARGUMENT)


class _Machine:
    """The stack, the marks and the memo of one replay."""

    def __init__(self) -> None:
        self.result = InertPickle()
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}

    def step(self, name: str, argument: Any) -> None:
        if name in _VALUES:
            self.stack.append(argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name in _TUPLES:
            self.stack.append(tuple(self.pop(_TUPLES[name])))
        elif name in {"BINPUT", "LONG_BINPUT"}:
            self.memo[argument] = self.stack[-1]
        elif name in {"BINGET", "LONG_BINGET"}:
            self.stack.append(self.memo[argument])
        else:
            handler = _HANDLERS.get(name)
            if handler is None:
                raise InertPickleError(f"opcode {name} is not needed to store tensors", "pickle-opcodes")
            handler(self, argument)

    def pop(self, count: int) -> list[Any]:
        if count > len(self.stack):
            raise IndexError("stack is empty")
        values = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return values

    def pop_mark(self) -> list[Any]:
        return self.pop(len(self.stack) - self.marks.pop())

    def find_global(self, argument: str) -> None:
        module, name = argument.split(" ", 1)
        full = f"{_RENAMED.get(module, module)}.{name}"
        self.result.globals.append(full)
        self.stack.append(Global(full))

    def make(self, new: bool) -> None:
        callee, arguments = self.pop(2)
        made = Made(callee, arguments, new)
        self.result.made.append(made)
        self.stack.append(made)

    def build(self) -> None:
        (state,) = self.pop(1)
        target = self.stack[-1]
        if isinstance(target, Made):
            target.state = state

    def persist(self) -> None:
        persistent = Persistent(self.pop(1)[0])
        self.result.persistent.append(persistent)
        self.stack.append(persistent)

    def set_items(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if isinstance(target, Made):  # an OrderedDict: its entries are kept as its state
            target.state = target.state if isinstance(target.state, dict) else {}
            target = target.state
        if not isinstance(target, dict):
            raise TypeError("an item is set on something that is no dictionary")
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not is_plain_key(key):
                raise InertPickleError("a dictionary's key is no plain value", "pickle-keys")
            target[key] = value

    def append(self, values: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, list):
            raise TypeError("a value is appended to something that is no list")
        target.extend(values)


_HANDLERS: dict[str, Callable[[_Machine, Any], None]] = {
    "PROTO": lambda machine, argument: None,
    "STOP": lambda machine, argument: None,
    "MARK": lambda machine, argument: machine.marks.append(len(machine.stack)),
    "TUPLE": lambda machine, argument: machine.stack.append(tuple(machine.pop_mark())),
    "EMPTY_LIST": lambda machine, argument: machine.stack.append([]),
    "EMPTY_DICT": lambda machine, argument: machine.stack.append({}),
    "APPEND": lambda machine, argument: machine.append(machine.pop(1)),
    "APPENDS": lambda machine, argument: machine.append(machine.pop_mark()),
    "SETITEM": lambda machine, argument: machine.set_items(machine.pop(2)),
    "SETITEMS": lambda machine, argument: machine.set_items(machine.pop_mark()),
    "GLOBAL": lambda machine, argument: machine.find_global(argument),
    "REDUCE": lambda machine, argument: machine.make(new=False),
    "NEWOBJ": lambda machine, argument: machine.make(new=True),
    "BUILD": lambda machine, argument: machine.build(),
    "BINPERSID": lambda machine, argument: machine.persist(),
}
