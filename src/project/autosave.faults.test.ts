import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { createRandom } from "../core/random";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { plainTraits } from "../document/fixtures/plainTraits";
import { createAutosave } from "./autosave";
import { type KeyValueStore, memoryStore } from "./storage";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const [width, height] = [80, 70];
const made = { key: "a.png", labels: createLabelMap(width, height), traits: plainTraits<object>() };

/** A store whose writes take time, one after the other, and fail as `fault` says. */
function faultyStore(fault: () => Error | null): { readonly store: KeyValueStore; readonly memory: KeyValueStore } {
  const memory = memoryStore();
  let last: Promise<unknown> = Promise.resolve();
  const store: KeyValueStore = {
    ...memory,
    write(puts, deletes) {
      const taken = structuredClone(puts);
      const written = last.then(async () => {
        await new Promise((resolve) => setTimeout(resolve, 7));
        const error = fault();
        if (error !== null) throw error;
        await memory.write(taken, deletes);
      });
      last = written.catch(() => undefined);
      return written;
    },
  };
  return { store, memory };
}

/** What a browser killed now would find at its next start. */
async function afterKill(memory: KeyValueStore) {
  const kept = await createAutosave({ store: memory, projectId: "p" }).loadWithPast("a.png");
  const past = kept?.past as never;
  const doc = createDocument<object>(kept === null ? made : { ...made, working: kept.working, past });
  return { kept, doc, looks: looksOf(doc) };
}

function looksOf(doc: ReturnType<typeof createDocument<object>>): string {
  const { undoName, redoName } = doc.store.getState();
  return [doc.labels.data.join(""), doc.mask.data.join(""), undoName, redoName].join(" ");
}

const faults = {
  quota: () => new DOMException("full", "QuotaExceededError"),
  abort: () => new DOMException("aborted", "AbortError"),
  other: () => new Error("out of order"),
};

async function play(seed: number): Promise<void> {
  const random = createRandom(seed);
  const kinds = Object.values(faults);
  let isFaulty = true;
  const failing = { now: 0 };
  const { store, memory } = faultyStore(() => {
    // Now and then several in a row, as a full disk does.
    if (failing.now === 0 && random.next() < 0.2) failing.now = 1 + random.int(4);
    if (failing.now === 0 || !isFaulty) return null;
    failing.now--;
    return kinds[random.int(kinds.length)]();
  });
  const doc = createDocument<object>(made);
  const autosave = createAutosave({ store, projectId: "p" });
  autosave.watch(doc);
  const looks = [looksOf(doc)];
  let durable = 0;
  let failures = 0;
  autosave.status.subscribe(({ state }) => {
    if (state === "saved") durable = looks.length - 1;
    if (state === "failed") failures++;
  });
  for (let step = 0; step < 50; step++) {
    const region = rectRegion({
      x: random.int(60),
      y: random.int(60),
      width: 1 + random.int(20),
      height: 1 + random.int(10),
    });
    const choice = random.int(6);
    if (choice === 0) doc.undo();
    else if (choice === 1) doc.redo();
    else if (choice === 2) doc.edit(`mask ${step}`, (edit) => edit.setMask(region, random.next() < 0.7));
    else doc.edit(`paint ${step}`, (edit) => edit.setLabel(region, 1 + random.int(4)));
    looks.push(looksOf(doc));
    if (random.next() < 0.1) void autosave.flush();
    await vi.advanceTimersByTimeAsync(random.next() < 0.5 ? random.int(20) : random.int(1500));
    const { state } = autosave.status.getState();
    const { kept, looks: found } = await afterKill(memory);
    // Never anything the document has not been, and never older than what was said to be kept, unless that is told.
    const at = looks.lastIndexOf(found);
    if (!kept?.lost) expect(at, `seed ${seed}, step ${step}`).toBeGreaterThanOrEqual(kept?.isBroken ? 0 : durable);
    if (state === "saved") expect(found === looks.at(-1), `seed ${seed}, step ${step}: said to be kept`).toBe(true);
  }
  isFaulty = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(autosave.status.getState().state).toBe("saved");
  const { kept, looks: found } = await afterKill(memory);
  expect(found === looks.at(-1), `seed ${seed}: recovered`).toBe(true);
  expect(kept).toMatchObject({ lost: false, isBroken: false, replayed: null });
  expect(failures).toBeGreaterThan(0);
}

it.each(Array.from({ length: 20 }, (_, i) => 900 + i))(
  "a store that fails at any write is told of, costs nothing that was kept and is caught up with (seed %i)",
  (seed) => play(seed),
);
