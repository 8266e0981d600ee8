"""The schema of one result document: fractions from 0 to 1, null for what is undefined, nothing else."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from hzbench.benchmark.results.cost_schema import Efficiency as Efficiency
from hzbench.benchmark.results.cost_schema import Latency as Latency
from hzbench.benchmark.results.cost_schema import PreflightInfo as PreflightInfo
from hzbench.benchmark.results.cost_schema import Strict as Strict

SCHEMA = "hzbench.result/1"
PREDICTIONS_FORMAT = (
    "predictions"  # what `model.format` says where predictions were given and no model was run
)

Fraction = Annotated[float, Field(ge=0, le=1)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Range = tuple[float, float]  # low, high


class MemberInfo(Strict):
    """A model; null is what predictions alone cannot tell."""

    name: str
    architecture: str | None = None
    format: str | None = Field(default=None, description="how the checkpoint was stored, or `predictions`")
    sha256: Digest | None = Field(default=None, description="of the checkpoint file")
    bytes: int | None = Field(default=None, ge=0, description="size of the checkpoint file")
    input_size: int | None = Field(default=None, ge=1, description="side of the model's own input in pixels")
    mean: tuple[float, ...] | None = Field(default=None, description="subtracted from pixels scaled to 0..1")
    std: tuple[float, ...] | None = Field(default=None, description="what is divided by afterwards")


class ModelInfo(MemberInfo):
    """The model that was scored; of an ensemble, null is what its members differ in."""

    members: tuple[MemberInfo, ...] = Field(
        default=(), description="of an ensemble, whose `sha256` is that of theirs, one a line"
    )


class DataInfo(Strict):
    """The clean test pictures."""

    name: str
    version: str
    label: str = Field(description="name and version, as in the signature")
    digest: Digest = Field(
        description="of the whole test split: SHA-256 over lines of pixel digest and label"
    )
    classes: tuple[str, ...]
    focus_class: str
    n: int = Field(ge=1, description="pictures scored")
    counts: dict[str, int] = Field(description="pictures scored of each class")
    limit: int | None = Field(default=None, description="what --limit asked for; null for the whole split")
    skin_types_estimated: int = Field(
        default=0, ge=0, description="pictures scored whose skin type was estimated from their pixels"
    )
    synthetic: bool
    notice: str = Field(
        default="", description="what must be printed beside every number, such as `synthetic pictures`"
    )


class SuiteInfo(Strict):
    """The corrupted twin of the test pictures."""

    specification: int
    draw: int
    size: int = Field(description="side of the corrupted pictures in pixels")
    corruptions: tuple[str, ...]
    severities: tuple[int, ...]
    dtype: str = Field(description="number format of the model, such as fp32")
    jpeg: Digest = Field(description="JPEG probe digest: which coder wrote and read jpeg_compression")


class PredictionsInfo(Strict):
    """Which stored predictions the numbers were computed from."""

    digest: Digest
    validation_n: int | None = Field(
        description="clean validation pictures; null where they were not predicted"
    )


class ReferenceInfo(Strict):
    """What errors were divided by, cut to the pictures scored."""

    name: str
    architecture: str
    initialisation: str
    seeds: tuple[int, ...]
    digest: Digest = Field(description="of the whole reference document")
    data: str
    data_digest: Digest
    errors: dict[str, tuple[Fraction, ...]] = Field(
        description="the 5 errors of each corruption, mean over seeds"
    )
    clean_error: Fraction
    balanced_errors: dict[str, tuple[Fraction | None, ...]] = Field(
        description="1 - balanced accuracy at the 5 severities; null where a class has no picture"
    )


class Place(Strict):
    """Which corrupted cell the numbers beside it are of."""

    corruption: str
    severity: int


class Metrics(Strict):
    """Metrics of one cell; see `hzbench.benchmark.scoring.metrics.METRICS` for their definitions."""

    n: int
    acc: Fraction
    error: Fraction
    balanced_error: Fraction | None
    f1: Fraction | None
    precision: Fraction | None
    recall: Fraction | None
    f1_hz: Fraction | None
    acc_hz: Fraction
    no_information_rate_hz: Fraction
    sensitivity_hz: Fraction | None
    specificity_hz: Fraction | None
    auroc: Fraction | None
    auroc_hz: Fraction | None
    kappa: float | None
    ece: Fraction | None
    brier: float | None
    nll: float | None
    operating_sensitivity_hz: Fraction | None = Field(description="at the operating point")
    operating_specificity_hz: Fraction | None = Field(description="at the operating point")


class CellMetrics(Metrics, Place):
    """Metrics of one corruption at one severity."""


class OperatingPointInfo(Strict):
    """The threshold on P(herpes zoster), fixed on clean validation pictures."""

    threshold: float
    specificity_at_least: Fraction
    validation_n: int
    validation_sensitivity_hz: Fraction
    validation_specificity_hz: Fraction


class Intervals(Strict):
    """Intervals of the headline numbers, keyed by their path in the document."""

    level: Fraction
    method: str
    resamples: int
    values: dict[str, Range | None]


class SkinTypeGroup(Strict):
    """Numbers of the pictures of two neighbouring skin types; null below 20 pictures."""

    n: int
    error: Fraction | None
    error_interval: Range | None
    corrupted_error: Fraction | None
    n_hz: int
    sensitivity_hz: Fraction | None
    sensitivity_hz_interval: Range | None
    corrupted_sensitivity_hz: Fraction | None


class SkinTypeGap(Strict):
    """The largest difference between two skin-type groups, and the one that chance alone gives."""

    gap: Fraction
    highest: str = Field(description="the group with the highest value")
    lowest: str
    chance_mean: Fraction = Field(description="mean of the largest gaps when skin types are dealt at random")
    chance_95: Fraction = Field(description="what 95 % of those gaps do not exceed")
    chance_share: Fraction = Field(description="how often chance gives a gap at least as large")
    permutations: int = Field(ge=1, description="how often the skin types were dealt within each class")


class SubgroupNumbers(Strict):
    """Numbers of some clean pictures, with Wilson intervals; null where no picture counts, or too few."""

    n: int = Field(ge=1)
    error: Fraction | None
    error_interval: Range | None
    n_hz: int = Field(ge=0, description="pictures of the focus class")
    sensitivity_hz: Fraction | None
    sensitivity_hz_interval: Range | None
    specificity_hz: Fraction | None = Field(description="1 - this is the share of false alarms")
    specificity_hz_interval: Range | None
    operating_sensitivity_hz: Fraction | None = Field(description="at the operating point")
    operating_sensitivity_hz_interval: Range | None
    operating_specificity_hz: Fraction | None = Field(description="at the operating point")
    operating_specificity_hz_interval: Range | None


class Condition(Strict):
    """Which pictures of an additional test set the numbers beside it are of."""

    condition: str = Field(description="one factor, or two with a slash between; `*` is any")


class ConditionNumbers(SubgroupNumbers, Condition):
    """Numbers of the pictures taken under one condition."""


class ExtraTest(SubgroupNumbers):
    """Numbers of an additional test set, clean pictures only."""

    digest: Digest = Field(description="of the whole set in its dataset")
    predictions_digest: Digest
    by_condition: tuple[ConditionNumbers, ...] = Field(description="in index order; empty without any")
    skin_types: dict[str, SubgroupNumbers] = Field(
        description="groups with pictures; shares of fewer than 20 pictures are null"
    )


class FlagInfo(Strict):
    """Something that a reader of the numbers should know."""

    name: str
    message: str


class Result(Strict):
    """One model on one clean set and its corrupted twin."""

    schema_: Literal["hzbench.result/1"] = Field(default="hzbench.result/1", alias="schema")
    signature: str = Field(description="one line; results with equal lines, but for the first field, compare")
    model: ModelInfo
    data: DataInfo
    suite: SuiteInfo
    predictions: PredictionsInfo
    reference: ReferenceInfo | None
    clean: Metrics = Field(description="on the clean pictures")
    cells: tuple[CellMetrics, ...] = Field(min_length=75, max_length=75)
    corruption_error: dict[str, float | None] = Field(description="CE of each corruption")
    mce: float | None = Field(description="mean of the 15 CEs")
    mce_unnormalised: Fraction = Field(description="mean of the 75 errors")
    relative_mce: float | None = Field(description="mCE of the errors beyond the clean error")
    mce_balanced: float | None = Field(description="mCE from 1 - balanced accuracy")
    operating_point: OperatingPointInfo | None
    mean_sensitivity_hz: Fraction | None = Field(description="over 75 cells, at the operating point")
    mean_specificity_hz: Fraction | None = Field(description="over 75 cells, at the operating point")
    categories: dict[str, float | None] = Field(description="mean CE of each category")
    flip_rate: dict[str, tuple[Fraction, ...]] = Field(
        description="how often the answer differs from the clean one, at the 5 severities"
    )
    skin_types: dict[str, SkinTypeGroup]
    skin_type_gaps: dict[str, SkinTypeGap] = Field(
        default={}, description="of each number that two groups of at least 20 pictures have"
    )
    extra_tests: dict[str, ExtraTest] = Field(
        default={}, description="additional test sets of the dataset, by name"
    )
    intervals: Intervals
    undefined: dict[str, str] = Field(description="why a number is null, keyed by its path")
    efficiency: Efficiency
    preflight: PreflightInfo | None = Field(
        default=None, description="a look at the model before the run; null where it was not run"
    )
    flags: tuple[FlagInfo, ...] = Field(description="empty for a result without doubts")
    environment: dict[str, JsonValue] = Field(
        description="versions, machine, and the sandbox that the model ran in; enters no number"
    )
    created: str = Field(description="ISO 8601, UTC")

    def document(self) -> dict[str, Any]:
        """Return the document as plain JSON values, keys in their fixed order."""
        return self.model_dump(mode="json", by_alias=True)
