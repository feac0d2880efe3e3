import type { Problem } from "../dataset/types";
import type { OpenDocument } from "../review/types";

/** "Mask: 1,204 pixels, 30 hint pixels": the mask after a change, for announcements. */
export function maskSummary(document: OpenDocument): string {
  const { maskedPixels, hintPixels } = document.store.getState();
  if (maskedPixels === 0 && hintPixels === 0) return "Mask is empty";
  const hints = hintPixels > 0 ? `, ${pixels(hintPixels)} given as hints` : "";
  return `Mask: ${pixels(maskedPixels)}${hints}`;
}

export function imageCount(count: number): string {
  return `${count} ${count === 1 ? "image" : "images"}`;
}

/** "1 left out, 3 opened with a warning": what opening files had to say, but for what is none. */
export function problemCounts(problems: readonly Pick<Problem, "severity">[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  return [errors > 0 ? `${errors} left out` : "", warnings > 0 ? `${warnings} opened with a warning` : ""]
    .filter((text) => text !== "")
    .join(", ");
}

export function pixels(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "pixel" : "pixels"}`;
}

/** "1,204 void pixels under the mask are kept"; empty where none are. */
export function keptVoidText(kept: number): string {
  if (kept === 0) return "";
  return `${kept.toLocaleString("en")} void ${kept === 1 ? "pixel under the mask is" : "pixels under the mask are"} kept`;
}

/** The status bar has the reason, and the remedy: said everywhere they would only be in the way. */
export const noModel = "There is no model now: the status bar says why.";
