import { describe, expect, it } from "vitest";
import { createHistory } from "./history";
import type { HistoryEntry } from "./types";

type Shared = { readonly buffer: Uint8Array };
const entry = (before: Shared | null, after: Shared | null): HistoryEntry<Shared> => ({
  name: "step",
  diffs: [],
  proposals: new Map([["a", { before, after }]]),
  decisions: null,
});

describe("history memory", () => {
  it("counts an array shared by many steps once, and lets go of it with the last", () => {
    const history = createHistory<Shared>(10_000, ({ buffer }) => [buffer]);
    const buffer = new Uint8Array(1000);
    for (let i = 0; i < 5; i++) history.push(entry({ buffer }, { buffer }));
    expect(history.size()).toEqual({ steps: 5, bytes: 1000 });
    for (let i = 0; i < 5; i++) history.back();
    history.push(entry(null, null));
    expect(history.size()).toEqual({ steps: 1, bytes: 0 });
  });

  it("moves steps between undo and redo and forgets redo on a new step", () => {
    const history = createHistory<Shared>(10_000, () => []);
    expect(history.back()).toBeNull();
    expect(history.forward()).toBeNull();
    const [a, b] = [entry(null, null), entry(null, null)];
    history.push(a);
    history.push(b);
    expect(history.back()).toBe(b);
    expect(history.back()).toBe(a);
    expect(history.forward()).toBe(a);
    history.push(b);
    expect(history.redoName()).toBeNull();
  });
});
