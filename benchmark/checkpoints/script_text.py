"""The code text inside a TorchScript archive, cut into tokens: only what its own writer writes.

`torch.jit.save` writes a small language (torch/csrc/jit/serialization/python_print.cpp): assignments, calls,
literals, `if`, `for` and `while`. Everything else that TorchScript's parser would take is refused here, so
that the two cannot read a text differently. Nesting is bounded, because that parser is recursive and a deep
text crashes the process.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from typing import NamedTuple

MAXIMUM_TOKENS = 400_000
MAXIMUM_NESTING = 60
"""Brackets inside brackets, and blocks inside blocks."""

MAXIMUM_CHAIN = 40
"""Attributes, calls and subscripts in a row, as in a.b(c)[0]."""

_TOKEN = re.compile(
    r"(?P<space> +)|(?P<line>\n)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?j?)"
    r'|(?P<text>"(?:[^"\\\n]|\\[^\n])*")|(?P<mark>->|[()\[\]{},:=.-])'
)
_STARTING = {"class", "def", "return", "if", "else", "for", "while", "pass"}
_INSIDE = {"in", "None", "True", "False"}
_OPENING, _CLOSING = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}


class ScriptError(ValueError):
    """A text that its writer would not have written."""

    def __init__(self, message: str, rule: str = "script-form") -> None:
        """Keep the rule's name beside the message."""
        super().__init__(message)
        self.rule = rule


class Token(NamedTuple):
    """One token: its kind (name, number, text or mark) and how it is written."""

    kind: str
    written: str


def statements(text: str) -> Iterator[tuple[int, list[Token]]]:
    """Yield each logical line as its indentation in blocks of any width, and its tokens.

    Raises:
        ScriptError: a character, word or arrangement that the writer does not use, or too deep nesting.
    """
    indentation = [0]
    for column, tokens in _lines(text):
        while column < indentation[-1]:
            indentation.pop()
        if column > indentation[-1]:
            indentation.append(column)
        if len(indentation) > MAXIMUM_NESTING:
            raise ScriptError(f"blocks nested more than {MAXIMUM_NESTING} deep", "script-nesting")
        _check_words(tokens)
        _check_nesting(tokens)
        yield len(indentation) - 1, tokens


def _lines(text: str) -> Iterator[tuple[int, list[Token]]]:
    """Yield the column and the tokens of each logical line; a line goes on while a bracket is open."""
    tokens: list[Token] = []
    column = brackets = position = 0
    line_start = True
    for count, match in enumerate(_TOKEN.finditer(text)):
        if match.start() != position:
            break  # finditer skips what is no token
        if count > MAXIMUM_TOKENS:
            raise ScriptError(f"more than {MAXIMUM_TOKENS:,} tokens", "script-size")
        kind, written = str(match.lastgroup), match.group()
        position = match.end()
        if kind == "line":
            if tokens and brackets == 0:
                yield column, tokens
                tokens = []
            line_start = brackets == 0
            column = 0 if line_start else column
        elif kind == "space":
            column = len(written) if line_start else column
        else:
            line_start = False
            brackets += (written in _OPENING) - (written in _CLOSING)
            tokens.append(Token(kind, written))
    if position != len(text):
        raise ScriptError(f"the character {text[position]!r}")
    if tokens:
        yield column, tokens


def _check_words(tokens: list[Token]) -> None:
    """Keywords stand only where the writer puts them, texts are never glued, and there is no arithmetic."""
    first = tokens[0].written
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else Token("mark", "")
        if token.kind == "name" and keyword.iskeyword(token.written):
            fits = token.written in _INSIDE or (token.written in _STARTING and place == 0)
            if not fits or (token.written == "in" and first != "for"):
                raise ScriptError(f"the word '{token.written}' where no program has it")
        if token.kind == "text" and (
            following.kind in {"text", "name"} or (place and tokens[place - 1].kind == "name")
        ):
            raise ScriptError("a text glued to another token")
        if token.written == "-" and not (following.kind == "number" or following.written in {"inf", "nan"}):
            raise ScriptError("arithmetic that is not written as a call")
        if token.written == "=" and following.written == "=":
            raise ScriptError("a comparison that is not written as a call")


def _check_nesting(tokens: list[Token]) -> None:
    """Brackets match, are not too deep, and chains of attributes, calls and subscripts are short."""
    open_brackets: list[str] = []
    chains = [0]
    previous = Token("mark", "")
    for token in tokens:
        written = token.written
        if written in _OPENING:
            after_value = previous.kind == "name" or previous.written in _CLOSING
            chains[-1] = chains[-1] + 1 if after_value else 0
            open_brackets.append(_OPENING[written])
            chains.append(0)
            if len(open_brackets) > MAXIMUM_NESTING:
                raise ScriptError(f"brackets nested more than {MAXIMUM_NESTING} deep", "script-nesting")
        elif written in _CLOSING:
            if not open_brackets or open_brackets.pop() != written:
                raise ScriptError("brackets that do not match")
            chains.pop()
        elif written == ".":
            chains[-1] += 1
        elif written in {",", "=", ":"}:
            chains[-1] = 0
        if chains[-1] > MAXIMUM_CHAIN:
            raise ScriptError(f"more than {MAXIMUM_CHAIN} attributes or calls in a row", "script-nesting")
        previous = token
    if open_brackets:
        raise ScriptError("a bracket that is never closed")
