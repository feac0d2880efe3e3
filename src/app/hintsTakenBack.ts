import type { OpenDocument } from "../review/types";
import { pixels } from "./summary";

/**
 * Makes a change that takes hints back; returns how many of their pixels got another label by it, and how many keep theirs
 * because a class of theirs is locked.
 */
export function hintsTakenBack(document: OpenDocument, change: () => void): { taken: number; locked: number } {
  const { labels, hints, original, store } = document;
  const before = [...indicesOf(hints.data)].map((at) => [at, labels.data[at]]);
  change();
  const isLocked = (at: number): boolean => {
    const { locked } = store.getState();
    return locked.has(labels.data[at]) || locked.has(original.data[at]);
  };
  const ended = before.filter(([at]) => hints.data[at] === 0);
  const taken = ended.filter(([at, id]) => labels.data[at] !== id).length;
  return { taken, locked: ended.filter(([at, id]) => labels.data[at] === id && isLocked(at)).length };
}

/** ". 12 pixels of hints stay painted: their class is locked"; empty where none do. */
export function keptHintsText(locked: number): string {
  return locked === 0 ? "" : `. ${pixels(locked)} of hints stay painted: their class is locked`;
}

function* indicesOf(bits: Uint8Array): Iterable<number> {
  for (let at = bits.indexOf(1); at >= 0; at = bits.indexOf(1, at + 1)) yield at;
}
