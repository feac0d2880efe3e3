import type { DecisionRecord } from "../document/types";
import { applyRule } from "../review/lint/applyRule";
import { groupCount, groupKey } from "../review/lint/pixelGroups";
import type { LintReport, RuleName, RuleReport } from "../review/lint/types";
import { actionText, type Taken, takenOf } from "./checkTexts";
import type { LintFrame } from "./lintStamp";
import { type Live, rebuildAfter } from "./live";
import { classesIn, type QueueImages } from "./queueImages";
import type { OpenImage, SessionStore } from "./session";

export interface FixParts {
  readonly session: SessionStore;
  readonly images: Pick<QueueImages, "use">;
  readonly live: Pick<Live, "strokeEnded">;
  readonly frame: () => LintFrame | null;
  readonly look: (frame: LintFrame, image: OpenImage) => Promise<LintReport>;
}

/** Some of a rule's groups in one image: all but those left out, by the pixel that names a group. */
export interface FixPart {
  readonly key: string;
  readonly rule: RuleName;
  readonly leftOut: ReadonlySet<number>;
}

/** What a rule's action changed in an image; `record` is one of its decisions. */
export interface Fixed {
  readonly taken: Taken;
  readonly pixels: number;
  readonly record: DecisionRecord;
}

/** A label changes while it is looked at only where somebody works on it: so often it is looked at again. */
const MOST_TRIES = 3;

export const changedText = "its label, or what it is checked by, changed since it was counted.";

/** Uses an image with a report of its label as it is. */
function withReport<T>(
  { images, frame, look }: FixParts,
  { key, rule }: Pick<FixPart, "key" | "rule">,
  use: (image: OpenImage, report: RuleReport) => T,
): Promise<T> {
  return images.use(key, async (image) => {
    const state = image.document.store;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const now = frame();
      if (now === null) break;
      const { version } = state.getState();
      const report = await look(now, image);
      if (state.getState().version !== version || frame() !== now) continue;
      const one = report.rules.find((each) => each.rule === rule);
      if (one === undefined) break;
      return use(image, one);
    }
    throw new Error(changedText);
  });
}

/** What the action would change in an image. */
export function previewFix(parts: FixParts, part: FixPart): Promise<Taken> {
  return withReport(parts, part, (_, { groups }) => takenOf(groups, (pixel) => part.leftOut.has(pixel)));
}

/** The pixel that names a group; null where the report has no such group. */
export function pixelOf(parts: FixParts, part: Pick<FixPart, "key" | "rule">, group: number): Promise<number | null> {
  return withReport(parts, part, (_, { groups }) => (group < groupCount(groups) ? groupKey(groups, group) : null));
}

/**
 * Does in an image what the rule's action does in the editor, as one undo step of the same name. Null: there was nothing to do.
 * @param counted how many groups were found when it was counted.
 * @throws FileError; Error where the label is another by now.
 */
export function fix(parts: FixParts, part: FixPart, counted: number): Promise<Fixed | null> {
  const { session, live, frame } = parts;
  const isOut = (pixel: number): boolean => part.leftOut.has(pixel);
  return withReport(parts, part, (image, report) => {
    const { document } = image;
    const taken = takenOf(report.groups, isOut);
    const sizes = frame()?.options;
    if (sizes === undefined || taken.of !== counted) throw new Error(changedText);
    if (taken.count === 0) return null;
    const name = actionText(part.rule, taken, sizes, classesIn(session, image));
    const { length } = document.store.getState().decisions;
    const change = (): number => applyRule(document, report, isOut, name);
    const isOpen = session.getState().image?.document === document;
    const pixels = isOpen ? rebuildAfter(live, document, change) : change();
    const record = document.store.getState().decisions[length];
    return pixels === 0 ? null : { taken, pixels, record };
  });
}
