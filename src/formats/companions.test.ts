import { describe, expect, it } from "vitest";
import { findCompanions } from "./companions";
import type { LabelSet } from "./layout";

const set = (name: string, labels: readonly string[]): LabelSet => ({ name, labels, form: "ids", what: "" });

describe("companions", () => {
  it("are VOC's instances and Cityscapes' other views of a frame, polygons too", () => {
    const voc = "VOC/SegmentationClass/a.png";
    const classes = set("SegmentationClass", [voc]);
    const objects = set("SegmentationObject", ["VOC/SegmentationObject/a.png", "VOC/SegmentationObject/b.png"]);
    const found = findCompanions([voc, ...objects.labels, "VOC/labelmap.txt"], { sets: [classes, objects] }, classes);
    expect(found.get(voc)).toEqual(["VOC/SegmentationObject/a.png"]);

    const frame = (n: number, kind: string) => `gtFine/val/x/x_${n}_gtFine_${kind}`;
    const sets = ["labelIds", "color", "instanceIds"].map((kind) =>
      set(
        kind,
        [1, 2].map((n) => frame(n, `${kind}.png`)),
      ),
    );
    const paths = [...sets.flatMap(({ labels }) => labels), frame(1, "polygons.json"), "classes.json"];
    const city = findCompanions(paths, { sets }, sets[0]);
    expect(city.get(frame(1, "labelIds.png"))).toEqual(
      ["color.png", "instanceIds.png", "polygons.json"].map((kind) => frame(1, kind)),
    );
    expect(city.get(frame(2, "labelIds.png"))).toHaveLength(2);
  });

  it("are Supervisely's annotations, named for the photograph", () => {
    const classes = set("masks_machine", ["p/ds/masks_machine/a.png", "p/ds/masks_machine/b.png"]);
    const found = findCompanions(["p/ds/ann/a.jpg.json", "p/meta.json"], { sets: [classes] }, classes);
    expect([...found]).toEqual([["p/ds/masks_machine/a.png", ["p/ds/ann/a.jpg.json"]]]);
  });
});
