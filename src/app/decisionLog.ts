import type { DecisionRecord } from "../document/types";
import { takeBack } from "../review/takeBack";
import type { QueueImages } from "./queueImages";

/** A step that took decisions in one image. */
export interface DecidedPart {
  readonly key: string;
  /** One of its decisions: it tells the step. */
  readonly record: DecisionRecord;
  /** How many it took. */
  readonly findings: number;
}

/** What one press decided, in one image or in many. */
export interface DecidedAct {
  /** "Accepted: road to sky" */
  readonly text: string;
  readonly parts: readonly DecidedPart[];
}

/** What became of taking an act back. */
interface TakenBack {
  readonly images: number;
  /** Decisions that are open again. */
  readonly findings: number;
  /** Images where a later edit lies on the same pixels, or the step is not known any more. */
  readonly failed: readonly string[];
}

/** The acts of a review across images, the newest last. */
export interface DecisionLog {
  add(act: DecidedAct): void;
  newest(): DecidedAct | null;
  /** Whether an act was taken back before. */
  isUndone(act: DecidedAct): boolean;
  /** Takes an act back, one image after the other, and forgets it. */
  undo(act: DecidedAct, onProgress?: (done: number) => void): Promise<TakenBack>;
  clear(): void;
}

/**
 * @param changed told whether there is an act to take back, whenever acts come or go.
 * @param most acts to remember: a part takes a record of some hundred bytes.
 */
export function createDecisionLog(
  images: Pick<QueueImages, "use" | "nameOf">,
  changed: (some: boolean) => void,
  most = 500,
): DecisionLog {
  let acts: readonly DecidedAct[] = [];
  const put = (next: readonly DecidedAct[]): void => {
    acts = next;
    changed(acts.length > 0);
  };
  const undone = new WeakSet<DecidedAct>();
  return {
    add(act) {
      put([...acts, act].slice(-most));
    },
    newest: () => acts.at(-1) ?? null,
    isUndone: (act) => undone.has(act),
    async undo(act, onProgress = () => undefined) {
      put(acts.filter((one) => one !== act));
      undone.add(act);
      const failed: string[] = [];
      let findings = 0;
      for (const [at, { key, record, findings: taken }] of [...act.parts].reverse().entries()) {
        try {
          const outcome = await images.use(key, ({ document }) => takeBack(document, record));
          if (outcome === "done") findings += taken;
          else failed.push(images.nameOf(key));
        } catch (error) {
          failed.push(`${images.nameOf(key)} (${error instanceof Error ? error.message : error})`);
        }
        onProgress(at + 1);
      }
      return { images: act.parts.length - failed.length, findings, failed };
    },
    clear() {
      put([]);
    },
  };
}
