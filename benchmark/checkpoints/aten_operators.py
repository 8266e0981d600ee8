"""The operators of PyTorch's ATen library that an image classifier computes with.

Shared by the rules of TorchScript and torch.export. None of them reads or writes files, runs Python,
exchanges storages, or talks to other processes. Names as in `torch.ops.aten` (native_functions.yaml and the
builtins of TorchScript), without their overloads.
"""

from __future__ import annotations

_TENSORS = """
_adaptive_avg_pool2d _assert_async _assert_scalar _assert_tensor_metadata _convolution
_convolution_mode _local_scalar_dense _log_softmax _native_batch_norm_legit
_native_batch_norm_legit_no_training _native_multi_head_attention _reshape_alias
_scaled_dot_product_flash_attention_for_cpu _shape_as_tensor _softmax _to_copy
_transformer_encoder_layer_fwd _unsafe_index _unsafe_view _upsample_bicubic2d_aa
_upsample_bilinear2d_aa _upsample_lanczos2d_aa _upsample_nearest_exact1d _upsample_nearest_exact2d
_upsample_nearest_exact3d _weight_norm _weight_norm_interface abs absolute acos acosh
adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d
adaptive_max_pool3d add addbmm addcdiv addcmul addmm addmv addr alias all alpha_dropout amax amin
aminmax angle any arange arccos argmax argmin argsort as_strided asin asinh atan atan2 atanh
atleast_1d atleast_2d avg_pool1d avg_pool2d avg_pool3d baddbmm batch_norm batch_norm_elemt bernoulli
bilinear bitwise_and bitwise_not bitwise_or bitwise_xor bmm broadcast_tensors broadcast_to bucketize
cat cdist ceil celu chain_matmul channel_shuffle chunk clamp clamp_max clamp_min clip clone col2im
column_stack complex concat constant_pad_nd contiguous conv1d conv2d conv3d conv_transpose1d
conv_transpose2d conv_transpose3d convolution copy cos cosh cosine_similarity count_nonzero cross
cummax cumprod cumsum deg2rad detach detach_copy diag diag_embed diagonal diff div divide dot
dropout dsplit einsum elu embedding empty empty_like empty_permuted empty_strided eq equal erf erfc
erfinv exp exp2 expand expand_as expm1 eye feature_alpha_dropout feature_dropout fft_fft fft_fft2
fft_fftn fft_fftshift fft_ifft fft_ifft2 fft_ifftn fft_ifftshift fft_irfft fft_irfft2 fft_irfftn
fft_rfft fft_rfft2 fft_rfftn fill flatten flip fliplr flipud float_power floor floor_divide fmax
fmin fmod frac frobenius_norm full full_like gather ge gelu glu greater greater_equal grid_sampler
grid_sampler_2d group_norm gt hardshrink hardsigmoid hardswish hardswish_backward hardtanh heaviside
hsplit hstack huber_loss im2col index index_add index_copy index_fill index_put index_select inner
instance_norm is_complex is_contiguous is_floating_point is_nonzero is_same_size isclose isfinite
isinf isnan item kthvalue l1_loss layer_norm le leaky_relu lerp less less_equal lift_fresh
lift_fresh_copy linalg_matmul linalg_norm linalg_vector_norm linear linspace log log10 log1p log2
log_sigmoid log_softmax logaddexp logical_and logical_not logical_or logical_xor logit logsumexp lt
masked_fill masked_scatter masked_select matmul max max_pool1d max_pool2d max_pool2d_with_indices
max_pool3d maximum mean median meshgrid min minimum mish mm moveaxis movedim mul multinomial
multiply mv nan_to_num nanmean nansum narrow native_batch_norm native_dropout native_group_norm
native_layer_norm ne neg negative new_empty new_empty_strided new_full new_ones new_zeros nonzero
norm norm_except_dim normal normalize not_equal nuclear_norm numel one_hot ones ones_like outer pad
pairwise_distance permute pixel_shuffle pixel_unshuffle polar pow prelu prod quantile rad2deg rand
rand_like randint randint_like randn randn_like randperm ravel reciprocal reflection_pad1d
reflection_pad2d relu relu6 remainder renorm repeat repeat_interleave replication_pad1d
replication_pad2d reshape reshape_as rms_norm roll rot90 round rrelu rsqrt rsub scalar_tensor
scaled_dot_product_attention scatter scatter_add scatter_reduce searchsorted select select_scatter
selu sgn sigmoid sign silu sin sinc sinh size slice slice_scatter smooth_l1_loss softmax softplus
softshrink sort special_erf special_expit split split_with_sizes sqrt square squeeze stack std
std_mean stride sub subtract sum swapaxes swapdims sym_constrain_range sym_constrain_range_for_size
sym_numel sym_size sym_storage_offset sym_stride t take take_along_dim tan tanh tensor tensor_split
tensordot threshold tile to topk trace transpose tril tril_indices triu triu_indices true_divide
trunc type_as unbind unflatten unfold uniform unsafe_chunk unsafe_split unsafe_split_with_sizes
unsqueeze upsample_bicubic2d upsample_bilinear2d upsample_linear1d upsample_nearest1d
upsample_nearest2d upsample_nearest3d upsample_nearest_exact1d upsample_nearest_exact2d
upsample_nearest_exact3d upsample_trilinear3d var var_mean vdot view view_as view_as_complex
view_as_real vstack where xlogy xor zero zeros zeros_like
"""

_BUILTINS = """
Bool Float FloatImplicit Int IntImplicit ScalarImplicit Size __and__ __contains__ __derive_index
__getitem__ __interpolate __is__ __isnot__ __not__ __or__ __range_length __xor__ _infer_size
_list_to_tensor _set_item append as_tensor bool clear copy cpu cuda dequantize device dict dim
element_size endswith extend float floordiv format get get_device half index insert int
is_autocast_cpu_enabled is_autocast_enabled is_grad_enabled items keys layout len list lower
mathremainder ndimension pop requires_grad_ result_type reverse setdefault sorted startswith str
type update upper values warn
"""

TENSOR_OPERATORS = frozenset(_TENSORS.split())
"""Operators on tensors. Each of them may also be written with a trailing underscore, in place."""

BUILTINS = frozenset(_BUILTINS.split())
"""What TorchScript adds for lists, texts, numbers and dictionaries."""


def is_tensor_operator(name: str) -> bool:
    """Tell whether `name` computes with tensors, in place or not."""
    return name in TENSOR_OPERATORS or (name[-1:] == "_" and name[:-1] in TENSOR_OPERATORS)
