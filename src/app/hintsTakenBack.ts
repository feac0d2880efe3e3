import type { OpenDocument } from "../review/types";
import { pixels } from "./summary";

export interface HintsTakenBack {
  readonly taken: number;
  readonly locked: number;
}

/**
 * Makes a change that takes hints back; returns how many of their pixels got another label by it, and how many keep theirs
 * because a class of theirs is locked.
 */
export function hintsTakenBack<T>(document: OpenDocument, change: () => T): HintsTakenBack & { readonly outcome: T } {
  const { labels, hints, original, store } = document;
  const before = [...indicesOf(hints.data)].map((at) => [at, labels.data[at]]);
  const outcome = change();
  const isLocked = (at: number): boolean => {
    const { locked } = store.getState();
    return locked.has(labels.data[at]) || locked.has(original.data[at]);
  };
  const ended = before.filter(([at]) => hints.data[at] === 0);
  const taken = ended.filter(([at, id]) => labels.data[at] !== id).length;
  return { outcome, taken, locked: ended.filter(([at, id]) => labels.data[at] === id && isLocked(at)).length };
}

/** "12 pixels of hints stay painted: their class is locked" */
export function keptHintsText(locked: number): string {
  return `${pixels(locked)} of hints ${locked === 1 ? "stays" : "stay"} painted: their class is locked`;
}

function* indicesOf(bits: Uint8Array): Iterable<number> {
  for (let at = bits.indexOf(1); at >= 0; at = bits.indexOf(1, at + 1)) yield at;
}
