import { createStore, type StoreApi } from "zustand/vanilla";

export type ToolName =
  | "mask-brush"
  | "mask-eraser"
  | "mask-rectangle"
  | "mask-lasso"
  | "select-region"
  | "class-brush"
  | "fill"
  | "pick-class";

export type LabelMode = "fill" | "outline";

/** How the user works and looks at an image: tools, view, reconstruction. Nothing in here changes a label. */
export interface Settings {
  readonly tool: ToolName;
  /** Diameter of the brushes, image px. */
  readonly brushSize: number;
  /** By how many px "Grow mask" and "Select region" widen the mask. */
  readonly growBy: number;
  /** The class that the class brush and fill paint. */
  readonly classId: number;
  /** 0..1. */
  readonly labelOpacity: number;
  readonly labelMode: LabelMode;
  readonly labelsHidden: boolean;
  /** While O is held: the label as it was opened. */
  readonly originalShown: boolean;
  /** Ids not drawn. */
  readonly hiddenClasses: ReadonlySet<number>;
  /** Ids that neither tools nor accepts may change, in every image. */
  readonly lockedClasses: ReadonlySet<number>;
  /** Mask ratio, 0.1..0.9. */
  readonly ratio: number;
  readonly passes: number;
  /** Reconstruct 100 ms after each stroke. */
  readonly live: boolean;
  /** "Accept all" takes suggestions of at least this confidence, 0..1. */
  readonly threshold: number;
  readonly hintsDismissed: boolean;
}

export type SettingsStore = StoreApi<Settings>;

export const brushLimits = { min: 1, max: 256 } as const;
export const ratioLimits = { min: 0.1, max: 0.9 } as const;

export const defaultSettings: Settings = {
  tool: "mask-brush",
  brushSize: 24,
  growBy: 3,
  classId: 0,
  labelOpacity: 0.55,
  labelMode: "fill",
  labelsHidden: false,
  originalShown: false,
  hiddenClasses: new Set(),
  lockedClasses: new Set(),
  ratio: 0.5,
  passes: 3,
  live: true,
  threshold: 0.8,
  hintsDismissed: false,
};

/** What outlives a reload: habits, not what belongs to one data set. */
const kept = [
  "brushSize",
  "growBy",
  "labelOpacity",
  "labelMode",
  "ratio",
  "passes",
  "live",
  "threshold",
  "hintsDismissed",
] as const;
const storageKey = "maskmend.settings";

/** @param storage Where habits are kept; undefined (or a storage that throws) keeps nothing. */
export function createSettings(storage?: Pick<Storage, "getItem" | "setItem">): SettingsStore {
  const store = createStore<Settings>(() => ({ ...defaultSettings, ...restore(storage) }));
  store.subscribe((state) => {
    try {
      storage?.setItem(storageKey, JSON.stringify(Object.fromEntries(kept.map((name) => [name, state[name]]))));
    } catch {
      // A full or forbidden storage costs the habits of the next visit, nothing else.
    }
  });
  return store;
}

function restore(storage?: Pick<Storage, "getItem">): Partial<Settings> {
  try {
    const saved: unknown = JSON.parse(storage?.getItem(storageKey) ?? "{}");
    if (typeof saved !== "object" || saved === null) return {};
    const known = Object.entries(saved).filter(
      ([name, value]) =>
        kept.some((one) => one === name) && typeof value === typeof defaultSettings[name as keyof Settings],
    );
    return Object.fromEntries(known);
  } catch {
    return {};
  }
}

export function clamp(value: number, limits: { readonly min: number; readonly max: number }): number {
  return Math.min(limits.max, Math.max(limits.min, value));
}

/** The brush one step wider or narrower: finer steps for small brushes. */
export function steppedBrush(size: number, direction: 1 | -1): number {
  const step = size + (direction < 0 ? -1 : 0) < 10 ? 1 : size < 40 ? 4 : size < 120 ? 10 : 20;
  return clamp(size + direction * step, brushLimits);
}
