"""Any photograph becomes canonical 1, or is refused by name."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hzbench.benchmark.data.photographs.canonical import SIDE, canonicalise, decoder_versions, read_canonical
from hzbench.benchmark.data.photographs.resampling import resample
from hzbench.benchmark.errors import DataError

Picture = Callable[..., np.ndarray]


def test_a_canonical_picture_stays_as_it_is(picture: Picture, tmp_path: Path) -> None:
    """224 x 224 RGB pixels pass unchanged, so that building from a build gives the same digests."""
    pixels = picture("same", SIDE, SIDE)
    Image.fromarray(pixels).save(tmp_path / "same.png")
    result = read_canonical(tmp_path / "same.png")
    assert np.array_equal(result.pixels, pixels)
    assert result.notes == ()


@pytest.mark.parametrize(("width", "height"), [(301, 240), (240, 301), (500, 224)])
def test_crop_takes_the_centre_square(picture: Picture, width: int, height: int) -> None:
    """The odd pixel that is left over goes to the right and the bottom."""
    pixels = picture("crop", width, height)
    side = min(width, height)
    top, left = (height - side) // 2, (width - side) // 2
    expected = resample(np.ascontiguousarray(pixels[top : top + side, left : left + side]), SIDE)
    assert np.array_equal(canonicalise(Image.fromarray(pixels)).pixels, expected)


def test_pad_keeps_everything_on_white(picture: Picture) -> None:
    """A wide picture gets white bands above and below."""
    pixels = np.zeros((100, 300, 3), dtype=np.uint8)
    result = canonicalise(Image.fromarray(pixels), "pad").pixels
    assert (result[:60] == 255).all()
    assert (result[-60:] == 255).all()
    assert (result[90:134] == 0).all()


def test_pad_refuses_a_picture_whose_square_would_fill_the_memory() -> None:
    """More than 23,170 rows or columns, by name; cropped, the same picture is taken."""
    with pytest.raises(DataError, match=r"strip\.png: 23171 x 32 pixels; .* at most 23,170 rows or columns"):
        canonicalise(Image.new("L", (23171, 32)), "pad", name="strip.png")
    assert canonicalise(Image.new("L", (23171, 32)), "crop").pixels.shape == (SIDE, SIDE, 3)


def test_an_unknown_framing_is_refused(picture: Picture) -> None:
    """Only crop and pad exist."""
    with pytest.raises(ValueError, match="crop, pad"):
        canonicalise(Image.fromarray(picture("x")), "stretch")  # type: ignore[arg-type]  # what is tested


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(picture: Picture, tmp_path: Path, orientation: int) -> None:
    """Pixels turned by a camera's orientation tag come out upright (JPEG, all eight orientations)."""
    upright = np.repeat(np.repeat(picture("up", 8, 8), 28, axis=0), 28, axis=1)
    undo = {
        1: lambda a: a,
        2: np.fliplr,
        3: lambda a: np.rot90(a, 2),
        4: np.flipud,
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, 1),
        7: lambda a: np.rot90(a, 2).transpose(1, 0, 2),
        8: lambda a: np.rot90(a, -1),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(undo[orientation](upright))
    Image.fromarray(stored).save(tmp_path / "turned.png", exif=exif)
    result = read_canonical(tmp_path / "turned.png")
    assert np.array_equal(result.pixels, upright)
    assert bool(result.notes) == (orientation != 1)


def test_a_damaged_exif_block_counts_as_upright(picture: Picture, tmp_path: Path) -> None:
    """Broken metadata does not cost the picture."""
    file = tmp_path / "exif.jpg"
    Image.fromarray(picture("exif", 224, 224)).save(file, exif=b"Exif\x00\x00MM\x00*\x00\x00\xff\xff\x00")
    assert read_canonical(file).pixels.shape == (SIDE, SIDE, 3)


def test_transparency_lies_over_white(tmp_path: Path) -> None:
    """(c a + 255 (255 - a) + 127) // 255 for each channel."""
    rgba = np.zeros((224, 224, 4), dtype=np.uint8)
    rgba[..., 0], rgba[..., 3] = 200, np.arange(224, dtype=np.uint8)[None, :]
    Image.fromarray(rgba).save(tmp_path / "a.png")
    result = read_canonical(tmp_path / "a.png")
    alpha = np.arange(224)
    assert np.array_equal(result.pixels[0, :, 0], (200 * alpha + 255 * (255 - alpha) + 127) // 255)
    assert np.array_equal(result.pixels[0, :, 1], (255 * (255 - alpha) + 127) // 255)
    assert "transparency laid over white" in result.notes


def test_a_palette_with_transparency_is_understood(tmp_path: Path) -> None:
    """A transparent palette entry is white, the others keep their colours."""
    image = Image.new("P", (224, 224), 0)
    image.putpalette([10, 20, 30, 200, 100, 50] + [0] * 762)
    image.paste(1, (112, 0, 224, 224))
    image.save(tmp_path / "p.png", transparency=0)
    result = read_canonical(tmp_path / "p.png").pixels
    assert (result[:, :112] == 255).all()
    assert (result[:, 112:] == (200, 100, 50)).all()


def test_an_rgb_picture_with_one_transparent_colour_is_understood(tmp_path: Path) -> None:
    """A PNG tRNS entry works for true colour too."""
    pixels = np.full((224, 224, 3), 7, dtype=np.uint8)
    pixels[:, :10] = (1, 2, 3)
    Image.fromarray(pixels).save(tmp_path / "t.png", transparency=(1, 2, 3))
    result = read_canonical(tmp_path / "t.png").pixels
    assert (result[:, :10] == 255).all()
    assert (result[:, 10:] == 7).all()


def test_grey_is_repeated(tmp_path: Path) -> None:
    """A grey picture has three equal channels."""
    grey = np.arange(224, dtype=np.uint8)[None, :].repeat(224, axis=0)
    Image.fromarray(grey).save(tmp_path / "g.png")
    result = read_canonical(tmp_path / "g.png").pixels
    assert np.array_equal(result, grey[..., None].repeat(3, axis=2))


def test_black_and_white_is_read(tmp_path: Path) -> None:
    """One bit a pixel becomes 0 and 255."""
    Image.fromarray(np.eye(224, dtype=bool)).save(tmp_path / "b.png")
    assert set(np.unique(read_canonical(tmp_path / "b.png").pixels)) == {0, 255}


def test_sixteen_bit_grey_keeps_its_high_byte(tmp_path: Path) -> None:
    """As the decoder does for 16-bit colour."""
    values = (np.arange(224 * 224, dtype=np.uint32) * 1307 % 65536).astype(np.uint16).reshape(224, 224)
    Image.fromarray(values).save(tmp_path / "16.png")
    result = read_canonical(tmp_path / "16.png")
    assert np.array_equal(result.pixels[..., 0], (values >> 8).astype(np.uint8))
    assert "16-bit grey: the high byte was taken" in result.notes


def test_a_transparent_level_in_16_bit_grey_is_ignored_and_noted(tmp_path: Path) -> None:
    """Turning such a picture into RGBA would clip all of it to white."""
    values = (np.arange(224 * 224, dtype=np.uint32) * 1307 % 65536).astype(np.uint16).reshape(224, 224)
    Image.fromarray(values).save(tmp_path / "plain.png")
    Image.fromarray(values).save(tmp_path / "level.png", transparency=300)
    plain, level = (read_canonical(tmp_path / f"{name}.png") for name in ("plain", "level"))
    assert (plain.pixels == level.pixels).all()
    assert "16-bit grey: the transparent grey level was ignored" in level.notes


def test_sixteen_bit_colour_keeps_its_high_byte(tmp_path: Path) -> None:
    """A hand-made 16-bit RGB PNG, a kind that Pillow reads but cannot write."""
    rows = b"".join(b"\x00" + struct.pack(">3H", 0x12FF, 0x80FF, 0xFE01) * 224 for _ in range(224))
    header = struct.pack(">IIBBBBB", 224, 224, 16, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n"
    for name, body in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        data += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    (tmp_path / "16.png").write_bytes(data)
    assert (read_canonical(tmp_path / "16.png").pixels == (0x12, 0x80, 0xFE)).all()


def test_grey_that_only_uses_the_low_bits_is_noted(tmp_path: Path) -> None:
    """12-bit values in a 16-bit file give a nearly black picture, and the report says so."""
    Image.fromarray(np.full((224, 224), 4000, dtype=np.uint16)).save(tmp_path / "12.png")
    assert any("nearly black" in note for note in read_canonical(tmp_path / "12.png").notes)


def test_cmyk_is_turned_into_rgb(tmp_path: Path) -> None:
    """A CMYK JPEG looks like its RGB twin."""
    rgb = Image.new("RGB", (224, 224), (200, 90, 30))
    rgb.convert("CMYK").save(tmp_path / "cmyk.jpg", quality=95)
    result = read_canonical(tmp_path / "cmyk.jpg")
    assert np.abs(result.pixels.astype(int) - (200, 90, 30)).max() <= 6
    assert "CMYK turned into RGB" in result.notes


def test_the_first_frame_of_an_animation_is_taken(picture: Picture, tmp_path: Path) -> None:
    """And the report counts the frames."""
    frames = [Image.new("RGB", (224, 224), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    result = read_canonical(tmp_path / "a.gif")
    assert (result.pixels == (255, 0, 0)).all()
    assert "3 frames: the first was taken" in result.notes


@pytest.mark.parametrize(("profile", "noted"), [(b"Display P3 stuff", True), (b"...sRGB IEC61966...", False)])
def test_a_colour_profile_is_ignored_and_reported(
    picture: Picture, tmp_path: Path, profile: bytes, noted: bool
) -> None:
    """The pixels are those without the profile; an sRGB profile says nothing new."""
    pixels = picture("icc", 224, 224)
    Image.fromarray(pixels).save(tmp_path / "icc.png", icc_profile=profile)
    result = read_canonical(tmp_path / "icc.png")
    assert np.array_equal(result.pixels, pixels)
    assert ("colour profile ignored" in result.notes) == noted


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "webp", "gif", "ppm"])
def test_the_container_does_not_matter(picture: Picture, tmp_path: Path, suffix: str) -> None:
    """Equal decoded pixels give equal canonical pixels, whatever they were stored in."""
    pixels = picture("container", 300, 260) // 64 * 64
    colours = Image.fromarray(pixels).quantize(200) if suffix == "gif" else Image.fromarray(pixels)
    options = {"lossless": True} if suffix == "webp" else {}
    colours.save(tmp_path / f"p.{suffix}", **options)
    decoded = np.asarray(colours.convert("RGB"))
    expected = canonicalise(Image.fromarray(decoded)).pixels
    assert np.array_equal(read_canonical(tmp_path / f"p.{suffix}").pixels, expected)


def test_a_small_picture_is_enlarged_and_noted(picture: Picture) -> None:
    """32 x 32 is the smallest that is taken."""
    result = canonicalise(Image.fromarray(picture("small", 32, 40)))
    assert result.pixels.shape == (SIDE, SIDE, 3)
    assert "enlarged from 32 x 32 pixels" in result.notes


def damaged_files(pixels: np.ndarray) -> dict[str, tuple[bytes, str]]:
    """One file of every kind of damage, and what its message says."""
    image = Image.fromarray(pixels)

    def stored(kind: str, **options: object) -> bytes:
        stream = io.BytesIO()
        image.save(stream, kind, **options)
        return stream.getvalue()

    png, jpeg = stored("PNG"), stored("JPEG")
    one = io.BytesIO()
    Image.new("RGB", (1, 1)).save(one, "PNG")
    floats = io.BytesIO()
    Image.fromarray(np.full((64, 64), 0.5, dtype=np.float32)).save(floats, "TIFF")
    wide = io.BytesIO()
    Image.fromarray(np.full((64, 64), 100_000, dtype=np.int32)).save(wide, "TIFF")
    return {
        "truncated.png": (png[: len(png) // 2], "damaged"),
        "truncated.jpg": (jpeg[: len(jpeg) // 2], "damaged"),
        "truncated.gif": (stored("GIF")[:600], "damaged"),
        "truncated.webp": (stored("WEBP")[:200], "damaged|not a picture"),
        "header-only.jpg": (jpeg[:20], "damaged|not a picture"),
        "flipped.png": (png[:200] + bytes([png[200] ^ 1]) + png[201:], "damaged"),
        "text.png": (b"this is not a picture at all\n" * 40, "not a picture"),
        "iphone.heic": (b"\x00\x00\x00\x18ftypheic" + bytes(100), "convert it to JPEG or PNG"),
        "empty.png": (b"", "0 bytes"),
        "one-by-one.png": (one.getvalue(), "1 x 1 pixels; at least 32"),
        "floats.tif": (floats.getvalue(), "type F"),
        "wide.tif": (wide.getvalue(), "100000"),
    }


NOISE = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
DAMAGED = damaged_files(NOISE)


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, name: str) -> None:
    """One line that starts with the file and says what is wrong."""
    data, said = DAMAGED[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DataError, match=said) as caught:
        read_canonical(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: ")
    assert "\n" not in str(caught.value)


def test_an_absent_file_is_refused_by_name(tmp_path: Path) -> None:
    """So is one that is not there."""
    with pytest.raises(DataError, match="cannot be read"):
        read_canonical(tmp_path / "nothing.png")


def test_a_decompression_bomb_is_refused(tmp_path: Path) -> None:
    """A tiny file that claims 40,000 x 40,000 pixels is never decoded."""
    header = struct.pack(">IIBBBBB", 40000, 40000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n"
    for name, body in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")):
        data += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    (tmp_path / "bomb.png").write_bytes(data)
    with pytest.raises(DataError, match=r"bomb\.png"):
        read_canonical(tmp_path / "bomb.png")


def test_the_decoder_is_named_with_its_version() -> None:
    """What decoded the pictures stands in dataset.json."""
    assert decoder_versions().startswith("Pillow ")


def test_real_photographs_are_near_pillows_reduction(openstax: Path) -> None:
    """On real photographs the canonical picture is Pillow's antialiased bicubic to within a few levels."""
    for file in sorted(openstax.glob("*/*"))[::4]:
        with Image.open(file) as image:
            if image.mode != "RGB":
                continue
            side = min(image.size)
            left, top = (image.width - side) // 2, (image.height - side) // 2
            square = image.crop((left, top, left + side, top + side))
            pillow = np.asarray(square.resize((SIDE, SIDE), Image.Resampling.BICUBIC)).astype(int)
        away = np.abs(read_canonical(file).pixels - pillow)
        assert away.max() <= 8, file
        assert away.mean() < 0.5, file
