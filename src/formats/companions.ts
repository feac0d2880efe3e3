import { withoutExtension } from "./paths";

/**
 * Files that show the same annotation in another way: VOC's SegmentationObject beside SegmentationClass, Cityscapes'
 * other _gtFine_ files. They are never rewritten, so an edit of the label makes them stale.
 */
export function findCompanions(
  paths: readonly string[],
  labels: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const isLabel = new Set(labels);
  const labelOf = new Map(labels.map((label) => [annotationName(label), label]));
  const companions = new Map<string, string[]>();
  for (const path of paths) {
    if (isLabel.has(path) || !/(^|\/)SegmentationObject\/|_gtFine_[^/]*$/i.test(path)) continue;
    const label = labelOf.get(annotationName(path));
    if (label !== undefined) companions.set(label, [...(companions.get(label) ?? []), path]);
  }
  return companions;
}

/** What a label and its companions have in common. */
function annotationName(path: string): string {
  return withoutExtension(path)
    .replace(/(^|\/)SegmentationObject\//i, "$1SegmentationClass/")
    .replace(/_gtFine_[^/]*$/i, "")
    .toLowerCase();
}
