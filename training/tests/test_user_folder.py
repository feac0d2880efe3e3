"""A user's folder searched into a suggestions file."""

from __future__ import annotations

import base64
import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import draw_scene
from PIL import Image

from lmae import find
from lmae.data.dataset import DataError
from lmae.finding import user_folder
from lmae.finding.find_errors import Finding, Proposal
from lmae.finding.suggestions import SuggestionsError, SuggestionsFile, coco_counts, compressed, label_hash, region
from lmae.finding.user_folder import find_pairs, followed, placed, read_class_list, regions_of, score_of

MODEL = Path(__file__).parents[2] / "public" / "models" / "lmae-small"
#: The app is tested on the same (src/review/labelScore.test.ts).
SCORE = Path(__file__).parents[2] / "src/review/fixtures/labelScore.json"


def decoded(mask: dict, height: int, width: int) -> np.ndarray:
    """COCO's compressed string as a mask, as maskApi.c (rleFrString) reads it."""
    counts: list[int] = []
    text, at = mask["counts"], 0
    while at < len(text):
        value, shift, more = 0, 0, True
        while more:
            code = ord(text[at]) - 48
            value |= (code & 31) << (5 * shift)
            more, at, shift = bool(code & 32), at + 1, shift + 1
            if not more and code & 16:
                value |= -1 << (5 * shift)
        counts.append(value + (counts[-2] if len(counts) > 2 else 0))
    flat = np.repeat(np.arange(len(counts)) % 2, counts)
    return flat.reshape(width, height).T.astype(bool)


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_masks_are_coco_runs_column_by_column() -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        height, width = rng.integers(1, 40, 2)
        mask = rng.random((height, width)) < rng.random()
        assert sum(coco_counts(mask)) == mask.size
        assert (decoded({"counts": compressed(coco_counts(mask))}, height, width) == mask).all()


def test_hashes_are_fnv_1a_of_ids_a_step_each() -> None:
    # The same numbers as in src/core/hashLabels.test.ts.
    assert label_hash(np.array([[0, 1], [2, 300]])) == 2628495180


def test_a_region_says_what_each_pixel_becomes() -> None:
    given, new = np.zeros((4, 5), int), np.full((4, 5), 2)
    new[1:, 3] = 7
    where = np.zeros((4, 5), bool)
    where[1:3, 2:4] = where[0, 2] = True
    found = region(where, given, new, 0.5, 0.9, False)
    assert (found["bounds"], found["area"], found["to"]) == ([2, 0, 2, 3], 5, 2)
    assert found["ids"] == [3, 2, 2, 7]


def test_each_pixel_follows_the_nearest_searched_one_of_its_class() -> None:
    ids = np.zeros((4, 4), np.uint8)
    ids[:, 3] = 1
    label = ids[::2, ::2]
    assert (label == 0).all()
    at = followed(ids, label)
    assert (at[:, 3] == -1).all() and (at[:2, :2] == 0).all() and (at[2:, 2] == 3).all()


def test_class_lists_are_json_or_text(tmp_path: Path) -> None:
    for text, names in (
        ('{"classes": [{"id": 3, "name": "car"}]}', {3: "car"}),
        ('{"0": "sky", "7": "road"}', {0: "sky", 7: "road"}),
        ('["sky", "road"]', {0: "sky", 1: "road"}),
        ("3 car\n7: road side\n", {3: "car", 7: "road side"}),
        ("sky\nroad side\n", {0: "sky", 1: "road side"}),
    ):
        path = tmp_path / "classes"
        path.write_text(text)
        assert read_class_list(path) == names
    path.write_text('[{"name": "x"}]')
    with pytest.raises(DataError, match="no class list"):
        read_class_list(path)


def test_what_is_another_file_is_not_gone_on_with(tmp_path: Path) -> None:
    header = {"schema": "maskmend-suggestions/1", "model": "m", "accept": 0.5, "reliability": None, "classes": []}
    path = tmp_path / "s.jsonl"
    SuggestionsFile(path, header).add({"label": "a"})
    with path.open("a") as file:
        file.write('{"label": "b", "regi')
    assert SuggestionsFile(path, header).done == {"a"}
    assert len(lines(path)) == 2
    with pytest.raises(SuggestionsError, match="another model"):
        SuggestionsFile(path, {**header, "model": "other"})
    path.write_text("notes\n")
    with pytest.raises(SuggestionsError, match="no suggestions file"):
        SuggestionsFile(path, header)


def test_the_score_of_a_label_larger_than_it_was_searched_is_the_apps() -> None:
    golden = json.loads(SCORE.read_text())
    ids = np.array(golden["ids"], np.uint8).reshape(golden["height"], golden["width"])
    size = golden["searched"]["height"], golden["searched"]["width"]
    rows, columns = (((np.arange(n) + 0.5) * m / n).astype(int) for n, m in zip(size, ids.shape, strict=True))
    label = ids[rows[:, None], columns]
    proposals = []
    for one in golden["proposals"]:
        where = np.zeros(size, bool)
        x, y, width, height = one["rect"]
        where[y : y + height, x : x + width] = np.array(one["bits"], bool).reshape(height, width)
        proposals.append(Proposal(where, np.where(where, one["to"], label).astype(np.uint8), one["confidence"]))
    found = placed(proposals, label, ids)
    assert [np.count_nonzero(one.where) for one in found] == golden["areas"]
    suspicion = np.array(golden["suspicion"], np.float32).reshape(size)
    assert score_of(found, suspicion, ids) == pytest.approx(golden["score"], abs=1e-6)


def test_only_what_the_app_lists_is_written() -> None:
    label = np.zeros((20, 20), np.uint8)
    proposals = []
    for number, confidence in enumerate((0.9, 0.099, 0.3)):
        where = np.zeros(label.shape, bool)
        where[6 * number : 6 * number + 5] = True
        proposals.append(Proposal(where, np.ones_like(label), confidence))
    found = placed(proposals, label, label)

    def written(right: Callable[[float], float]) -> list[float]:
        return [one["ruleConfidence"] for one in regions_of(found, label, right, True)]

    # The rules' own confidence counts, however often such finds are right.
    assert written(lambda confidence: max(confidence, 0.5)) == [0.9, 0.3]
    assert written(lambda confidence: confidence / 2) == [0.9]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scenes of which one label lacks a disc, one is not readable and one has no image."""
    root = tmp_path_factory.mktemp("own") / "set"
    for name in ("images", "labels"):
        (root / name / "day").mkdir(parents=True)
    for number in range(6):
        image, label = draw_scene(number, 300, 240)
        ids = np.array(label)
        if number == 2:
            ids[ids == 3] = 1
        image.save(root / f"images/day/{number}.jpg", quality=95)
        wrong = Image.fromarray(ids, "P")
        wrong.putpalette(label.getpalette())
        wrong.save(root / f"labels/day/{number}.png")
    (root / "labels/day/5.png").write_bytes(b"no picture")
    label.save(root / "labels/alone.png")
    return root


def test_pairs_are_found_by_name_and_the_rest_is_said(folder: Path) -> None:
    pairs, wrong = find_pairs(folder / "images", folder / "labels")
    assert [(one.label_name, one.image_name) for one in pairs][:1] == [("labels/day/0.png", "images/day/0.jpg")]
    assert len(pairs) == 6 and "alone.png: no image alone" in wrong[0]
    with pytest.raises(DataError, match="no such folder"):
        find_pairs(folder / "nowhere", folder / "labels")


def disc_missing(predictor, rules, item, support):  # type: ignore[no-untyped-def]
    """In place of the network's search: what is ground in the middle of the left half is to be class 3."""
    label = np.array(item.open_label())
    where = np.zeros(label.shape, bool)
    where[140:180, 40:100] = True
    where &= (label != 3) & (label != 255)
    found = Proposal(where, np.full(label.shape, 3, np.uint8), 0.9), Proposal(where, label, 0.9)
    return Finding(found, np.where(where, 0.5, 0.1).astype(np.float32)), label, True


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The labels that were searched, by name; the network itself is not asked."""
    names: list[str] = []
    monkeypatch.setattr(user_folder, "support_of", lambda *given: None)
    monkeypatch.setattr(user_folder, "search", lambda *given: names.append(given[2].name) or disc_missing(*given))
    return names


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, out: Path) -> int:
    arguments = ["--model", str(MODEL), "--folder", str(folder / "images"), str(folder / "labels")]
    monkeypatch.setattr(sys, "argv", ["find", *arguments, "--suggestions", str(out)])
    with pytest.raises(SystemExit) as end:
        find.main()
    return int(end.value.code or 0)


def test_a_folder_is_searched_gone_on_with_and_what_fails_is_said(
    folder: Path,
    tmp_path: Path,
    searched: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "suggestions.jsonl"
    assert run(monkeypatch, folder, out) == 1
    said = capsys.readouterr().out
    assert "5.png: not a readable picture" in said and "1 image failed" in said
    header, *images = lines(out)
    assert header["schema"] == "maskmend-suggestions/1" and header["model"] == "lmae-small"
    assert [one["id"] for one in header["classes"]] == [0, 1, 2, 3, 4, 255]
    assert [one["label"] for one in images] == [f"labels/day/{number}.png" for number in range(5)]
    for image in images:
        ids = np.asarray(Image.open(folder / image["label"])).astype(np.int64)
        assert image["labelHash"] == label_hash(ids)
        assert len(image["regions"]) == 1
        # Half of what is not void and within the region is suspicious.
        assert 0.2 < image["score"] < 0.5
        with Image.open(io.BytesIO(base64.b64decode(image["heat"]))) as heat:
            assert heat.mode == "L" and heat.size == (300, 240)
            assert set(np.unique(heat)) == {26, 128}
        for found in image["regions"]:
            mask = decoded(found["mask"], *ids.shape)
            x, y, width, height = found["bounds"]
            assert np.count_nonzero(mask) == np.count_nonzero(mask[y : y + height, x : x + width]) == found["area"]
            assert found["to"] != found["from"] and not (ids[mask] == 255).any()
            assert 0.2 <= found["confidence"] <= 1

    # Ended in the middle of a line: only what is not whole is searched again, and it comes out the same.
    whole = out.read_bytes()
    out.write_bytes(whole[: whole.rfind(b'"labelHash"')])
    searched.clear()
    assert run(monkeypatch, folder, out) == 1
    assert searched == ["labels/day/4.png"]
    assert out.read_bytes() == whole

    shutil.copy(folder / "labels/day/4.png", folder / "labels/day/5.png")
    assert run(monkeypatch, folder, out) == 0
    assert len(lines(out)) == 7
