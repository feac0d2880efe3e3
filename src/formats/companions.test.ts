import { describe, expect, it } from "vitest";
import { findCompanions } from "./companions";

describe("companions", () => {
  it("are VOC's instances and Cityscapes' other views of a frame", () => {
    const voc = "VOC/SegmentationClass/a.png";
    const city = "gtFine/val/x/x_1_gtFine_labelIds.png";
    const others = ["color.png", "instanceIds.png", "polygons.json"].map((kind) => `gtFine/val/x/x_1_gtFine_${kind}`);
    const paths = [voc, "VOC/SegmentationObject/a.png", "VOC/SegmentationObject/b.png", city, ...others, "a.jpg"];
    const found = findCompanions(paths, [voc, city]);
    expect(found.get(voc)).toEqual(["VOC/SegmentationObject/a.png"]);
    expect(found.get(city)).toEqual(others);
  });
});
