"""The model card that travels with exported weights."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from .config import Config

TERMS = """The weights were trained on public research data sets, most of which are for non-commercial research only
(`nuclei` is CC0). The sets' terms apply to the weights: see `../LICENSE-WEIGHTS.md`. The code is MIT."""
#: By name of the backbone.
BACKBONE_TERMS = {
    "lite0": """Its backbone is EfficientNet-Lite0, pretrained on ImageNet-1k, changed: folded, trained further, without
its classifier. Copyright 2019 The TensorFlow Authors. All Rights Reserved. Copyright (c) 2020, ML Illustrated. Apache
License 2.0, whose text is in `../LICENSE-WEIGHTS.md`."""
}


def results_table(report: Dict[str, Any]) -> List[str]:
    """Mean over sets and every set: PA-mIoU / nearest copying / ceiling, a column a mask kind."""
    kinds = list(next(iter(report["sets"].values())))
    lines = ["| set | " + " | ".join(kinds) + " |", "|---" * (len(kinds) + 1) + "|"]
    rows = dict(report["sets"])
    if "mean" in report:
        rows = {"**mean**": report["mean"], **rows}
    for name, row in rows.items():
        cells = []
        for kind in kinds:
            if kind in row:
                value = row[kind]
                cells.append(f"{value['pa_miou']:.1f} / {value['nearest_pa_miou']:.1f} / {value['ceiling']:.1f}")
            else:
                cells.append("")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def model_card(config: Config, size: int, training: Dict[str, Any], report: Optional[Dict[str, Any]]) -> str:
    """Markdown: what the model is, what it was trained on, its terms, and its measured results."""
    kind, scope, code = (
        "anonymous class slots",
        "any class set",
        "`training/lmae/model/lmae.py` and `src/model/lmae.ts`",
    )
    if config.fixed_classes:
        kind, scope = f"{config.fixed_classes} fixed classes", "the class set it was trained on"
        code = "`training/lmae/model/fixed.py` (the app cannot load it)"
    lines = [
        f"# {config.name}",
        "",
        f"A label masked autoencoder (L-MAE, Patterns 2025, doi 10.1016/j.patter.2025.101455) with {kind}:",
        "it rebuilds hidden parts of a segmentation label from the image and the labels that are still visible,",
        f"for {scope}. {size / 2**20:.1f} MiB of fp16 weights in tfjs' weights-manifest format; the code is",
        f"{code}.",
        "",
        "## Data and training",
        "",
    ]
    lines += [f"- {key}: {value}" for key, value in training.items()]
    lines += ["", "## Terms", "", TERMS, ""]
    if config.backbone in BACKBONE_TERMS:
        lines += [BACKBONE_TERMS[config.backbone], ""]
    lines += ["## Results", ""]
    if report:
        lines += [
            "PA-mIoU (masked pixels only) / nearest-label copying / visible-class ceiling, percent, validation splits,",
            "exported weights; protocol and command in `training/README.md`.",
            "",
            *results_table(report),
        ]
    else:
        lines.append("Not measured.")
    if config.fixed_classes:
        return "\n".join([*lines, ""])
    lines += [
        "",
        "## Limits",
        "",
        "It names only classes visible in the work window"
        + (", or that other labelled images of the set say are there;" if config.support else ";"),
        "where it finds that none fits, it says so. It knows best the kinds of pictures it was trained on: streets,",
        "facades, people and clothes, animals, cars, some aerial and microscopy images.",
        "",
    ]
    return "\n".join(lines)
