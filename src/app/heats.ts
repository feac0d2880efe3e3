import { createStore, type StoreApi } from "zustand/vanilla";
import { fittedSize, type Size } from "../dataset/thumbnails/thumbnail";
import type { Dataset, DatasetItem } from "../dataset/types";
import { FOUND } from "../review/sets";
import type { Documents } from "./documents";
import type { SessionStore } from "./session";
import { imageCount } from "./summary";
import { announce, showInfo } from "./tell";
import type { Work } from "./work";

/** The suspicion of an image's pixels, 0..255, small: each pixel has the highest of its block. */
export interface SmallHeat extends Size {
  readonly heat: Uint8Array;
}

/** The heat maps of images that are in sight, as long as they are asked for. */
export interface Heats {
  /** Those that are there, by key; null while they are not asked for. */
  readonly shown: StoreApi<{ readonly heats: ReadonlyMap<string, SmallHeat> | null }>;
  /** What is in sight, the most urgent first. */
  want(keys: readonly string[]): void;
  /** Shows those of what is in sight, and says where there is none. */
  show(): void;
  hide(): void;
}

/** Reads them as they are wanted, one after the other, from the open document or the work that is kept: no document is made. */
export function createHeats(
  session: SessionStore,
  documents: Pick<Documents, "inMemory">,
  work: Pick<Work, "current">,
): Heats {
  const shown = createStore<{ readonly heats: ReadonlyMap<string, SmallHeat> | null }>(() => ({ heats: null }));
  let wanted: readonly string[] = [];
  /** Those of this time that were read, whether or not there was one. */
  let read = new Set<string>();
  /** A new value each time they are shown. */
  let turn = {};
  let isReading = false;
  /** Where it was shown that there is none: from then on it is only spoken. */
  let toldIn: Dataset | null = null;

  async function readAll(): Promise<void> {
    if (isReading) return;
    isReading = true;
    let own = turn;
    try {
      for (let key = next(); key !== undefined; key = next()) {
        own = turn;
        read.add(key);
        const heat = await heatOf(key).catch(() => null);
        const { heats } = shown.getState();
        if (heat !== null && heats !== null && own === turn)
          shown.setState({ heats: new Map(heats).set(key, heat) }, true);
      }
    } finally {
      isReading = false;
    }
    if (own === turn) tell();
  }

  function next(): string | undefined {
    return shown.getState().heats === null ? undefined : wanted.find((key) => !read.has(key));
  }

  async function heatOf(key: string): Promise<SmallHeat | null> {
    const item = session.getState().dataset?.items.find((one) => one.key === key);
    if (item === undefined) return null;
    const open = documents.inMemory(key);
    const heat =
      open === null
        ? await work.current()?.proposalArray(key, FOUND, "heat")
        : open.store.getState().proposals[FOUND]?.heat;
    return heat instanceof Uint8Array ? smallHeat(heat, item) : null;
  }

  function tell(): void {
    const { heats } = shown.getState();
    if (heats === null || wanted.length === 0) return;
    const count = wanted.filter((key) => heats.has(key)).length;
    const { dataset } = session.getState();
    if (count > 0) announce(session, `Heat map of ${count} of ${imageCount(wanted.length)}`);
    else if (toldIn === dataset) announce(session, missing);
    else {
      toldIn = dataset;
      showInfo(session, missing, "A search for errors makes it: search the images first.");
    }
  }

  return {
    shown,
    want(keys) {
      wanted = keys;
      if (next() !== undefined) void readAll();
    },
    show() {
      if (shown.getState().heats !== null) return;
      [turn, read] = [{}, new Set()];
      shown.setState({ heats: new Map() }, true);
      void readAll();
    },
    hide() {
      if (shown.getState().heats === null) return;
      turn = {};
      shown.setState({ heats: null }, true);
    },
  };
}

const missing = "No image in sight has a heat map";

/** Null where the heat is of another size: the label's file is another by now. */
function smallHeat(heat: Uint8Array, { width, height }: DatasetItem): SmallHeat | null {
  if (heat.length !== width * height) return null;
  const size = fittedSize({ width, height });
  const out = new Uint8Array(size.width * size.height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * size.height) / height) * size.width;
    for (let x = 0; x < width; x++) {
      const at = row + Math.floor((x * size.width) / width);
      if (heat[y * width + x] > out[at]) out[at] = heat[y * width + x];
    }
  }
  return { ...size, heat: out };
}
