import type { LabelSet, Reading } from "./layout";
import { pairFiles } from "./pairing";
import { extensionOf } from "./paths";

/** Annotations that are no pictures: polygons of Cityscapes, labelme or Supervisely, boxes of YOLO, arrays. */
const annotationFiles = ["json", "xml", "txt", "npy", "mat"];

/**
 * Files that show the same annotation in another way: VOC's SegmentationObject beside SegmentationClass, Cityscapes'
 * other _gtFine_ files, Supervisely's ann and masks_human. They are never rewritten, so an edit of the label makes them
 * stale.
 */
export function findCompanions(
  paths: readonly string[],
  reading: Pick<Reading, "sets">,
  chosen: LabelSet,
): ReadonlyMap<string, readonly string[]> {
  const labels = chosen.labels;
  const others = reading.sets.filter((set) => set !== chosen).map((set) => set.labels);
  const texts = annotationFiles.map((extension) => paths.filter((path) => extensionOf(path) === extension));
  const companions = new Map<string, string[]>();
  for (const files of [...others, ...texts]) {
    if (files.length === 0) continue;
    for (const { image: label, label: other } of pairFiles({ images: labels, labels: files }, { byNameOnly: true })
      .pairs) {
      companions.set(label, [...(companions.get(label) ?? []), other]);
    }
  }
  return companions;
}
