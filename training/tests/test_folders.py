"""Pascal VOC and Cityscapes folders as they are unpacked."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import draw_scene
from PIL import Image

from lmae.data.dataset import DataError
from lmae.data.folders import CITYSCAPES_CLASSES, LABEL_IDS, LAYOUTS, VOC_CLASSES, find_layout, read_layout
from lmae.data.sets import load_sets
from lmae.data.windows import random_window
from lmae.evaluation.protocol import protocol_windows

VOC, CITYSCAPES = LAYOUTS["voc"], LAYOUTS["cityscapes"]


@pytest.fixture
def voc(voc_made: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return Path(shutil.copytree(voc_made, tmp_path / "VOC2012"))


@pytest.fixture
def cityscapes(cityscapes_made: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return Path(shutil.copytree(cityscapes_made, tmp_path / "cs"))


def test_voc_lists_are_read_without_blanks_and_comments(voc_made: Path) -> None:
    (data,) = load_sets([voc_made], "train")
    assert data.name == "voc" and data.classes == VOC_CLASSES and len(data.classes) == 21
    assert [item.name for item in data.items] == [f"2007_{i:06d}" for i in range(3)]
    (held_out,) = load_sets([voc_made.parent], "val")  # found inside VOCdevkit too
    assert [item.name for item in held_out.items] == ["2007_000003"]
    assert np.unique(held_out.items[0].open_label()).tolist() == [0, 1, 2, 3, 4, 255]


def test_cityscapes_label_ids_become_train_ids(cityscapes_made: Path) -> None:
    (data,) = load_sets([cityscapes_made], "val")
    assert data.classes == CITYSCAPES_CLASSES and len(data.classes) == len(LABEL_IDS) == 19
    assert [item.name for item in data.items] == ["lindau_000000_000019", "munster_000000_000019"]
    label = np.asarray(data.items[0].open_label())
    assert set(np.unique(label).tolist()) <= {10, 0, 13, 11, 18, 255}
    np.testing.assert_array_equal(label == 255, np.asarray(draw_scene(6, 460, 450)[1]) == 255)
    # Training and evaluation see train ids, from photographs that are PNGs.
    image, window, _ = random_window(np.random.default_rng(0), data.items[0], 128)
    assert image.shape == (3, 128, 128) and set(np.unique(window).tolist()) <= {10, 0, 13, 11, 18, 255}
    assert {w.label.shape for w in protocol_windows(data, size=448)} == {(448, 448)}


def test_cityscapes_train_ids_serve_where_label_ids_are_missing(cityscapes: Path) -> None:
    (before,) = load_sets([cityscapes], "val")
    for item, city in zip(before.items, ("lindau", "munster"), strict=True):
        stem = cityscapes / "gtFine" / "val" / city / f"{item.name}_gtFine"
        item.open_label().save(f"{stem}_labelTrainIds.png")
        Path(f"{stem}_labelIds.png").unlink()
    (after,) = load_sets([cityscapes], "val")
    for old, new in zip(before.items, after.items, strict=True):
        np.testing.assert_array_equal(np.asarray(old.open_label()), np.asarray(new.open_label()))


def test_other_folders_are_no_layout(shapes_folder: Path, tmp_path: Path) -> None:
    assert find_layout(shapes_folder) is None and find_layout(tmp_path) is None
    with pytest.raises(DataError, match="root of Pascal VOC 2012 or Cityscapes"):
        load_sets([tmp_path], "train")


def test_a_set_that_is_not_asked_for_is_not_read(voc: Path) -> None:
    shutil.rmtree(voc / "SegmentationClass")
    with pytest.raises(DataError, match="split 'val'"):
        load_sets([voc], "val", only=["camvid"])
    with (
        pytest.warns(UserWarning, match="left out"),
        pytest.raises(DataError, match="SegmentationClass: no such folder; unpack VOCtrainval"),
    ):
        load_sets([voc], "val")


def test_wrong_voc_files_are_named_with_what_to_do(voc: Path) -> None:
    label = voc / "SegmentationClass/2007_000003.png"
    Image.new("RGB", (250, 230)).save(label)
    with pytest.raises(DataError, match="2007_000003.png: a label of mode RGB.*give the published indexed"):
        load_sets([voc], "val")
    Image.new("L", (10, 10)).save(label)
    with pytest.raises(DataError, match=r"2007_000003.png: \(10, 10\) px, but its image .*jpg has \(250, 230\)"):
        load_sets([voc], "val")
    label.write_bytes(b"no picture")
    with pytest.raises(DataError, match="2007_000003.png: not a readable picture.*unpack VOCtrainval"):
        load_sets([voc], "val")
    label.unlink()
    with pytest.raises(DataError, match="2007_000003.png: no such file; unpack VOCtrainval"):
        load_sets([voc], "val")
    (voc / "ImageSets/Segmentation/val.txt").write_text("# nothing\n")
    with pytest.raises(DataError, match="no images in its split 'val'"):
        load_sets([voc], "val")
    assert read_layout(VOC, voc, "test") is None


def test_wrong_cityscapes_files_are_named_with_what_to_do(cityscapes: Path) -> None:
    (cityscapes / "gtFine/val/lindau/lindau_000000_000019_gtFine_labelIds.png").unlink()
    with pytest.raises(DataError, match="lindau_000000_000019_gtFine_labelIds.png: no such file; unpack leftImg8bit_"):
        load_sets([cityscapes], "val")
    shutil.rmtree(cityscapes / "gtFine")
    with pytest.raises(DataError, match="gtFine: no such folder; unpack leftImg8bit_"):
        read_layout(CITYSCAPES, cityscapes, "val")
