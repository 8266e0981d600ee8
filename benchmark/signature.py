"""The one line that says what makes two results comparable.

`hzbench:1.0|spec:0|data:sdhz-synth-0@0123abcd|n:480|ref:alexnet1@77ab01ee|suite:224|dtype:fp32|jpeg:9e8d7c6b`,
and `|draw:K` at the end where K is not 0. After sacrebleu (Post 2018), with the data named by digest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

_WORDS = {
    "hzbench": "version of hzbench",
    "spec": "version of the corruption specification",
    "data": "clean test pictures (dataset and digest of its test split)",
    "n": "number of pictures",
    "ref": "reference that errors are divided by",
    "suite": "side of the corrupted pictures in pixels",
    "dtype": "number format of the model",
    "jpeg": "JPEG coder (digest of a probe set)",
    "draw": "draw of the random corruptions",
}
NO_REFERENCE = "none"
_NAME = re.compile(r"[A-Za-z0-9._+-]+")
_NAMED_DIGEST = re.compile(r"[A-Za-z0-9._+-]+@[0-9a-f]{8}")


@dataclass(frozen=True)
class Signature:
    """The fields of a signature, in the order of the line.

    Attributes:
        hzbench: version of the program, the one field that may differ between comparable results.
        spec: version of the corruptions.
        data: `<dataset label>@<8 digits of the test split's digest>`.
        n: number of pictures.
        ref: `<name><seeds>@<8 digits>`, or `none`.
        suite: side of the corrupted pictures in pixels.
        dtype: number format of the model, such as `fp32`.
        jpeg: 8 digits of the JPEG probe digest.
        draw: draw number; 0 is SD-HZ-C itself.
    """

    hzbench: str
    spec: int
    data: str
    n: int
    ref: str
    suite: int
    dtype: str
    jpeg: str
    draw: int = 0

    @classmethod
    def build(
        cls,
        *,
        hzbench: str,
        specification: int,
        data: str,
        data_digest: str,
        n: int,
        reference: str | None,
        reference_digest: str | None,
        suite: int,
        dtype: str,
        jpeg_digest: str,
        draw: int = 0,
    ) -> Signature:
        """Make a signature of names and whole digests.

        Args:
            hzbench: program version; major and minor number are kept.
            specification: version of the corruptions.
            data: dataset label; what the line cannot hold becomes `-` (the digest still tells apart).
            data_digest: hexadecimal digest of the whole test split.
            n: number of pictures.
            reference: name and number of seeds, such as `alexnet5`; None without a reference.
            reference_digest: hexadecimal digest of the whole reference; None without one.
            suite: side of the corrupted pictures in pixels.
            dtype: number format of the model.
            jpeg_digest: hexadecimal JPEG probe digest.
            draw: draw number.
        """
        if (reference is None) != (reference_digest is None):
            raise ValueError("a reference and its digest must be given together")
        named = NO_REFERENCE if reference is None else f"{_safe(reference)}@{(reference_digest or '')[:8]}"
        return cls(
            hzbench=".".join(_safe(hzbench).split(".")[:2]),
            spec=specification,
            data=f"{_safe(data)}@{data_digest[:8]}",
            n=n,
            ref=named,
            suite=suite,
            dtype=_safe(dtype),
            jpeg=jpeg_digest[:8],
            draw=draw,
        )

    @classmethod
    def parse(cls, line: str) -> Signature:
        """Read a signature line.

        Raises:
            ValueError: names the field that is missing, unknown or malformed.
        """
        pairs = [part.partition(":") for part in line.strip().split("|")]
        keys = [key for key, _, _ in pairs]
        expected = [field.name for field in fields(cls)]
        if keys not in (expected, expected[:-1]):
            raise ValueError(
                f"signature has the fields {', '.join(keys)[:200]}; expected {', '.join(expected[:-1])}"
                " and, for another draw than 0, draw"
            )
        values = {key: value for key, _, value in pairs}
        for key, value in values.items():
            if not _well_formed(key, value):
                raise ValueError(f"signature field {key} is {value[:80]!r}, not a {_WORDS[key]}")
        return cls(
            hzbench=values["hzbench"],
            spec=int(values["spec"]),
            data=values["data"],
            n=int(values["n"]),
            ref=values["ref"],
            suite=int(values["suite"]),
            dtype=values["dtype"],
            jpeg=values["jpeg"],
            draw=int(values.get("draw", 0)),
        )

    def __str__(self) -> str:
        """Return the line."""
        shown = [field.name for field in fields(self) if field.name != "draw" or self.draw != 0]
        return "|".join(f"{name}:{getattr(self, name)}" for name in shown)

    @property
    def comparison_key(self) -> str:
        """All of the line but its first field: equal for results that may be ranked together."""
        return str(self).partition("|")[2]


def comparable(first: str | Signature, second: str | Signature) -> bool:
    """Return whether two results may be ranked together: all but the program's version agree."""
    return _parsed(first).comparison_key == _parsed(second).comparison_key


def explain(first: str | Signature, second: str | Signature) -> str | None:
    """Return the first difference in words, such as `number of pictures: 480 and 60`; None if comparable."""
    one, other = _parsed(first), _parsed(second)
    for field in fields(Signature)[1:]:
        ours, theirs = getattr(one, field.name), getattr(other, field.name)
        if ours != theirs:
            return f"{_WORDS[field.name]}: {ours} and {theirs}"
    return None


def _parsed(signature: str | Signature) -> Signature:
    return signature if isinstance(signature, Signature) else Signature.parse(signature)


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", name) or "-"


def _well_formed(key: str, value: str) -> bool:
    if key in ("spec", "n", "suite", "draw"):
        return re.fullmatch(r"[0-9]{1,12}", value) is not None
    if key == "jpeg":
        return re.fullmatch(r"[0-9a-f]{8}", value) is not None
    if key == "data" or (key == "ref" and value != NO_REFERENCE):
        return _NAMED_DIGEST.fullmatch(value) is not None
    return _NAME.fullmatch(value) is not None
