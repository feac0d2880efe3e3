"""Label files as Pillow writes them, for the tests of src/formats/raster; `python tests/test_raster_files.py` does so.

Pixel (x, y) of each holds `(7 * x + 13 * y) % n` (see `value`), or that number's colour in `colour`.
"""

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

FOLDER = Path(__file__).parents[2] / "src/formats/raster/fixtures/pillow"
SIZE = (37, 23)


def value(count: int) -> np.ndarray:
    """uint16 [height, width], below `count`."""
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    return ((7 * x + 13 * y) % count).astype(np.uint16)


def colour(index: np.ndarray) -> np.ndarray:
    """uint8 [..., 4]: red, green, blue, alpha of each index."""
    return np.stack([index, 255 - index, index * 7, 255 - index % 3], axis=-1).astype(np.uint8)


def indexed(count: int) -> Image.Image:
    image = Image.fromarray(value(count).astype(np.uint8), "P")
    image.putpalette(colour(np.arange(count))[:, :3].tobytes())
    return image


def tiled(path: Path) -> None:
    """RGB in tiles of 16 x 16, big endian: Pillow reads such files but writes none."""
    width, height = SIZE
    padded = np.zeros((32, 48, 3), np.uint8)
    padded[:height, :width] = colour(value(200))[..., :3]
    tiles = [padded[y : y + 16, x : x + 16].tobytes() for y in (0, 16) for x in (0, 16, 32)]
    offsets = [8 + 16 * 16 * 3 * i for i in range(6)]
    at = offsets[-1] + 16 * 16 * 3
    fields = [
        (256, 3, [width]), (257, 3, [height]), (258, 3, [8, 8, 8]), (259, 3, [1]), (262, 3, [2]), (277, 3, [3]),
        (322, 3, [16]), (323, 3, [16]), (324, 4, offsets), (325, 4, [768] * 6),
    ]  # fmt: skip
    values = b""
    entries = b""
    for tag, kind, numbers in fields:
        data = struct.pack(f">{len(numbers)}{'H' if kind == 3 else 'I'}", *numbers)
        if len(data) > 4:
            data, values = struct.pack(">I", at + len(values)), values + data
        entries += struct.pack(">HHI", tag, kind, len(numbers)) + data.ljust(4, b"\0")
    directory = struct.pack(">H", len(fields)) + entries + bytes(4)
    path.write_bytes(b"MM\0*" + struct.pack(">I", at + len(values)) + b"".join(tiles) + values + directory)


def write(folder: Path) -> None:
    grey = Image.fromarray(value(256).astype(np.uint8))
    rgba = Image.fromarray(colour(value(200)))
    rgb = rgba.convert("RGB")
    one = Image.fromarray((value(2) * 255).astype(np.uint8)).convert("1")
    deep = Image.fromarray(value(4000))
    grey.save(folder / "grey.bmp")
    indexed(40).save(folder / "indexed.bmp")
    one.save(folder / "one.bmp")
    rgb.save(folder / "rgb.bmp")
    rgba.save(folder / "rgba.bmp")
    indexed(40).save(folder / "interlaced.gif")
    indexed(200).save(folder / "frames.gif", save_all=True, append_images=[indexed(3)], interlace=0)
    grey.save(folder / "grey.tif")
    grey.save(folder / "lzw.tif", compression="tiff_lzw")
    grey.save(folder / "packbits.tif", compression="packbits")
    one.save(folder / "one.tif")
    indexed(40).save(folder / "indexed.tif", compression="tiff_adobe_deflate")
    rgb.save(folder / "rgb.tif", compression="tiff_lzw", tiffinfo={317: 2})
    rgba.save(folder / "rgba.tif")
    deep.save(folder / "deep.tif", compression="tiff_lzw")
    Image.fromarray(value(4000).astype(np.int32)).save(folder / "int32.tif")
    Image.fromarray(value(4000).astype(np.float32)).save(folder / "float.tif")
    grey.save(folder / "pages.tif", save_all=True, append_images=[indexed(3)])
    tiled(folder / "tiled.tif")
    rgb.save(folder / "rgb.webp", lossless=True, exact=True)
    rgba.save(folder / "rgba.webp", lossless=True, exact=True)
    rgb.save(folder / "lossy.webp", quality=90)
    grey.save(folder / "grey.jpg", quality=95)


GREY = {
    "grey.bmp": 256,
    "grey.tif": 256,
    "lzw.tif": 256,
    "packbits.tif": 256,
    "pages.tif": 256,
    "deep.tif": 4000,
    "int32.tif": 4000,
    "float.tif": 4000,
}
COLOURS = {
    "indexed.bmp": 40,
    "interlaced.gif": 40,
    "frames.gif": 200,
    "indexed.tif": 40,
    "rgb.bmp": 200,
    "rgb.tif": 200,
    "tiled.tif": 200,
    "rgb.webp": 200,
}


@pytest.mark.parametrize(("name", "count"), GREY.items())
def test_ids(name: str, count: int) -> None:
    assert np.array_equal(np.asarray(Image.open(FOLDER / name)), value(count))


@pytest.mark.parametrize(("name", "count"), COLOURS.items())
def test_colours(name: str, count: int) -> None:
    assert np.array_equal(np.asarray(Image.open(FOLDER / name).convert("RGB")), colour(value(count))[..., :3])


@pytest.mark.parametrize("name", ["rgba.tif", "rgba.webp"])
def test_alpha(name: str) -> None:
    assert np.array_equal(np.asarray(Image.open(FOLDER / name).convert("RGBA")), colour(value(200)))


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    write(FOLDER)
