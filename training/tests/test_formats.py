"""What the app exports, read by other people's readers: they must find the same ids.

Needs Node with the repository's packages, and the readers themselves (skipped one by one where missing):
pip install pycocotools datumaro label-studio-converter cityscapesscripts
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
TSX = ROOT / "node_modules" / ".bin" / "tsx"
VOID = 255

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not TSX.exists(), reason="Node and its packages are not installed"
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("formats")
    subprocess.run([str(TSX), "e2e/fixtures/formats.ts", str(out)], cwd=ROOT, check=True, timeout=600)
    return out


def expected(written: Path) -> dict[str, np.ndarray]:
    return {path.stem: np.asarray(Image.open(path)) for path in sorted((written / "expected").glob("*.png"))}


def names(written: Path) -> dict[int, str]:
    return {info["id"]: info["name"] for info in json.loads((written / "classes.json").read_text())}


def test_coco_masks_are_the_classes(written: Path) -> None:
    coco_module = pytest.importorskip("pycocotools.coco")
    coco = coco_module.COCO(str(written / "coco/annotations/instances.json"))
    assert len(coco.getImgIds()) == len(expected(written))
    for image in coco.loadImgs(coco.getImgIds()):
        ids = expected(written)[Path(image["file_name"]).stem]
        found = np.zeros_like(ids)
        for annotation in coco.loadAnns(coco.getAnnIds(image["id"])):
            mask = coco.annToMask(annotation).astype(bool)
            assert mask.sum() == annotation["area"]
            rows, columns = np.nonzero(mask)
            box = [columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1]
            assert box == annotation["bbox"]
            assert not found[mask].any()
            assert annotation["iscrowd"] == (annotation["category_id"] == VOID)
            found[mask] = annotation["category_id"]
        assert np.array_equal(found, ids)


def test_panoptic_segments_are_the_classes(written: Path) -> None:
    folder = written / "coco-panoptic/annotations"
    for annotation in json.loads((folder / "panoptic.json").read_text())["annotations"]:
        rgb = np.asarray(Image.open(folder / "panoptic" / annotation["file_name"])).astype(np.int64)
        numbers = rgb[..., 0] + 256 * rgb[..., 1] + 65536 * rgb[..., 2]
        found = np.full(numbers.shape, VOID)
        for segment in annotation["segments_info"]:
            assert (numbers == segment["id"]).sum() == segment["area"]
            found[numbers == segment["id"]] = segment["category_id"]
        assert np.array_equal(found, expected(written)[Path(annotation["file_name"]).stem])


def test_label_studio_decodes_the_brush(written: Path) -> None:
    brush = pytest.importorskip("label_studio_converter.brush")
    id_of = {name: class_id for class_id, name in names(written).items()}
    for task in json.loads((written / "label-studio/tasks.json").read_text()):
        ids = expected(written)[Path(task["data"]["image"]).stem]
        found = np.zeros_like(ids)
        for result in task["annotations"][0]["result"]:
            rgba = np.reshape(brush.decode_rle(result["value"]["rle"]), (*ids.shape, 4))
            found[rgba[..., 3] > 0] = id_of[result["value"]["brushlabels"][0]]
        assert np.array_equal(found, ids)


@pytest.mark.parametrize("format_name", ["voc", "cvat"])
def test_datumaro_reads_the_masks(written: Path, format_name: str) -> None:
    datumaro = pytest.importorskip("datumaro")
    dataset = datumaro.Dataset.import_from(str(written / format_name), "voc_segmentation")
    labels = dataset.categories()[datumaro.AnnotationType.label]
    listed = names(written)
    seen = set()
    for item in dataset:
        ids = expected(written)[item.id]
        seen.add(item.id)
        found = np.full(ids.shape, "background", dtype=object)
        for annotation in item.annotations:
            if annotation.type == datumaro.AnnotationType.mask:
                found[np.asarray(annotation.image).astype(bool)] = labels[annotation.label].name
        found[found == "ignored"] = "void"
        assert np.array_equal(found, np.vectorize(listed.get)(ids).astype(object))
    assert seen == set(expected(written))


def test_cityscapes_scripts_know_the_files(written: Path) -> None:
    helper = pytest.importorskip("cityscapesscripts.helpers.labels")
    cs = pytest.importorskip("cityscapesscripts.helpers.csHelpers")
    frames = dict(line.split() for line in (written / "cityscapes/frames.txt").read_text().splitlines())
    for kind in ("labelIds", "labelTrainIds"):
        paths = sorted((written / "cityscapes/gtFine").glob(f"*/*/*_gtFine_{kind}.png"))
        assert len(paths) == len(frames)
        for path in paths:
            info = cs.getCsFileInfo(str(path))
            assert (info.type, info.type2) == ("gtFine", kind)
            ids = expected(written)[frames[f"{info.city}_{info.sequenceNb}_{info.frameNb}"]]
            found = np.asarray(Image.open(path))
            for class_id, name in names(written).items():
                label = helper.name2label.get(name, helper.name2label["unlabeled"])
                want = label.id if kind == "labelIds" else label.trainId
                assert (found[ids == class_id] == want).all()


def test_pillow_reads_the_indices(written: Path) -> None:
    for stem, ids in expected(written).items():
        split = "val" if stem == "frame4" else "train"
        for path in (
            f"voc/SegmentationClass/{stem}.png",
            f"mmseg/ann_dir/{split}/{stem}.png",
            f"plain/masks/{stem}.png",
        ):
            image = Image.open(written / path)
            assert image.mode == "P"
            assert np.array_equal(np.asarray(image), ids)
        folder = "validation" if split == "val" else "training"
        parsed = np.asarray(Image.open(written / f"ade20k/annotations/{folder}/{stem}.png"))
        assert np.array_equal(parsed, np.where(ids == VOID, 0, ids + 1))


def edge_distances(points: list[list[float]], height: int, width: int, centre: float) -> np.ndarray:
    """How far each pixel's centre lies from the polygon's outline."""
    rows, columns = np.mgrid[:height, :width] + centre
    nearest = np.full((height, width), np.inf)
    for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1], strict=True):
        length = max((bx - ax) ** 2 + (by - ay) ** 2, 1e-9)
        along = np.clip(((columns - ax) * (bx - ax) + (rows - ay) * (by - ay)) / length, 0, 1)
        nearest = np.minimum(nearest, np.hypot(columns - ax - along * (bx - ax), rows - ay - along * (by - ay)))
    return nearest


@pytest.mark.parametrize(("vertices", "centre", "most"), [("corners", 0.5, 0.5), ("pixels", 0.0, 1.5)])
def test_polygons_differ_at_the_outline_only(written: Path, vertices: str, centre: float, most: float) -> None:
    """pycocotools rounds vertices to a fifth of a pixel; OpenCV draws the outline's pixels by a rule of its own."""
    mask = pytest.importorskip("pycocotools.mask")
    cv2 = pytest.importorskip("cv2")
    data = json.loads((written / "polygons.json").read_text())
    height, width = data["height"], data["width"]
    differing, total = 0, 0
    for polygon in (one for one in data["polygons"] if one["vertices"] == vertices):
        points = polygon["points"]
        ours = np.reshape(polygon["pixels"], (height, width)).astype(bool)
        theirs = np.zeros((height, width), np.uint8)
        if vertices == "corners":
            flat = [value for point in points for value in point]
            theirs = mask.decode(mask.merge(mask.frPyObjects([flat], height, width)))
        else:
            cv2.fillPoly(theirs, [np.array(points, np.int32)], 1)
        wrong = ours != theirs.astype(bool)
        assert (edge_distances(points, height, width, centre)[wrong] <= most).all()
        differing += int(wrong.sum())
        total += int(theirs.sum())
    print(f"{vertices}: {differing} of {total} px differ")
    assert differing < 0.04 * total
