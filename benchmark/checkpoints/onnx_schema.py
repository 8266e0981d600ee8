"""The fields of onnx.proto that a classifier may use, and the operators that compute with tensors.

Source: onnx/onnx.proto and docs/Operators.md of ONNX 1.21. Left out on purpose: training information, local
functions, sparse tensors, types other than tensors, and storage outside the file, each of which has its rule.
"""

from __future__ import annotations

from hzbench.benchmark.checkpoints.protobuf_wire import BYTES, FIXED32, FIXED64, VARINT, Kind


def _text(name: str, repeated: bool = False) -> Kind:
    return Kind(name, BYTES, text=True, repeated=repeated)


def _message(name: str, message: str, repeated: bool = False) -> Kind:
    return Kind(name, BYTES, message, repeated=repeated)


_METADATA = _message("metadata_props", "Entry", repeated=True)

SCHEMA = {
    "Model": {
        1: Kind("ir_version", VARINT),
        2: _text("producer_name"),
        3: _text("producer_version"),
        4: _text("domain"),
        5: Kind("model_version", VARINT),
        6: _text("doc_string"),
        7: _message("graph", "Graph"),
        8: _message("opset_import", "OperatorSet", repeated=True),
        14: _METADATA,
        20: Kind("training_info", BYTES, repeated=True),
        25: Kind("functions", BYTES, repeated=True),
    },
    "OperatorSet": {1: _text("domain"), 2: Kind("version", VARINT)},
    "Entry": {1: _text("key"), 2: _text("value")},
    "Graph": {
        1: _message("node", "Node", repeated=True),
        2: _text("name"),
        5: _message("initializer", "Tensor", repeated=True),
        10: _text("doc_string"),
        11: _message("input", "ValueInfo", repeated=True),
        12: _message("output", "ValueInfo", repeated=True),
        13: _message("value_info", "ValueInfo", repeated=True),
        14: _message("quantization_annotation", "Annotation", repeated=True),
        15: Kind("sparse_initializer", BYTES, repeated=True),
        16: _METADATA,
    },
    "Node": {
        1: _text("input", repeated=True),
        2: _text("output", repeated=True),
        3: _text("name"),
        4: _text("op_type"),
        5: _message("attribute", "Attribute", repeated=True),
        6: _text("doc_string"),
        7: _text("domain"),
        8: _text("overload"),
        9: _METADATA,
    },
    "Attribute": {
        1: _text("name"),
        2: Kind("f", FIXED32),
        3: Kind("i", VARINT),
        4: Kind("s", BYTES),
        5: _message("t", "Tensor"),
        6: _message("g", "Graph"),
        7: Kind("floats", FIXED32, repeated=True),
        8: Kind("ints", VARINT, repeated=True),
        9: Kind("strings", BYTES, repeated=True),
        10: _message("tensors", "Tensor", repeated=True),
        11: _message("graphs", "Graph", repeated=True),
        13: _text("doc_string"),
        20: Kind("type", VARINT),
    },
    "Tensor": {
        1: Kind("dims", VARINT, repeated=True),
        2: Kind("data_type", VARINT),
        4: Kind("float_data", FIXED32, repeated=True),
        5: Kind("int32_data", VARINT, repeated=True),
        7: Kind("int64_data", VARINT, repeated=True),
        8: _text("name"),
        9: Kind("raw_data", BYTES),
        10: Kind("double_data", FIXED64, repeated=True),
        11: Kind("uint64_data", VARINT, repeated=True),
        12: _text("doc_string"),
        13: Kind("external_data", BYTES, repeated=True),
        14: Kind("data_location", VARINT),
        16: _METADATA,
    },
    "ValueInfo": {1: _text("name"), 2: _message("type", "Type"), 3: _text("doc_string"), 4: _METADATA},
    "Type": {1: _message("tensor_type", "TensorType"), 6: _text("denotation")},
    "TensorType": {1: Kind("elem_type", VARINT), 2: _message("shape", "Shape")},
    "Shape": {1: _message("dim", "Dimension", repeated=True)},
    "Dimension": {1: Kind("dim_value", VARINT), 2: _text("dim_param"), 3: _text("denotation")},
    "Annotation": {
        1: _text("tensor_name"),
        2: _message("quant_parameter_tensor_names", "Entry", repeated=True),
    },
}
"""Message -> field's number -> what it holds."""

DATA_FIELDS = {
    1: ("float_data", 4),
    2: ("int32_data", 1),
    3: ("int32_data", 1),
    4: ("int32_data", 2),
    5: ("int32_data", 2),
    6: ("int32_data", 4),
    7: ("int64_data", 8),
    9: ("int32_data", 1),
    10: ("int32_data", 2),
    11: ("double_data", 8),
    12: ("uint64_data", 4),
    13: ("uint64_data", 8),
    16: ("int32_data", 2),
}
"""TensorProto.DataType of numbers -> (the field that holds them where raw_data does not, bytes of one)."""

_NAMES = """
    Abs Acos Acosh Add AffineGrid And ArgMax ArgMin Asin Asinh Atan Atanh Attention AveragePool
    BatchNormalization BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Cast CastLike Ceil Celu
    CenterCropPad Clip Col2Im Compress Concat Constant ConstantOfShape Conv ConvInteger ConvTranspose Cos
    Cosh CumProd CumSum DFT DeformConv DepthToSpace DequantizeLinear Det Div Dropout DynamicQuantizeLinear
    Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor GRU Gather GatherElements GatherND Gelu Gemm
    GlobalAveragePool GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GridSample GroupNormalization
    HammingWindow HannWindow HardSigmoid HardSwish Hardmax Identity If InstanceNormalization IsInf IsNaN LRN
    LSTM LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax LpNormalization LpPool MatMul
    MatMulInteger Max MaxPool MaxRoiPool MaxUnpool Mean MeanVarianceNormalization Min Mish Mod Mul Neg
    NonMaxSuppression NonZero Not OneHot Or PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear
    RMSNormalization RNN Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax
    ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize ReverseSequence RoiAlign
    RotaryEmbedding Round ScatterElements ScatterND Selu Shape Shrink Sigmoid Sign Sin Sinh Size Slice
    Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tan Tanh TensorScatter
    ThresholdedRelu Tile TopK Transpose Trilu Unique Unsqueeze Upsample Where Xor
"""

OPERATORS = frozenset(_NAMES.split())
"""Operators of the standard domain that compute with numbers: no loops, sequences, texts, random numbers or
picture decoders."""
