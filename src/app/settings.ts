import { createStore, type StoreApi } from "zustand/vanilla";
import { nameLength } from "../formats/exchange/decisionRecord";
import { defaultSizes } from "../review/lint/lintLabel";
import { type VoidPolicy, voidPolicies } from "../review/voidUnderMask";
import { isOwnKeys, type OwnKeys } from "./keyBindings";
import { isLook, type Look, plainLook } from "./look";

export type ToolName =
  | "mask-brush"
  | "mask-eraser"
  | "mask-rectangle"
  | "mask-lasso"
  | "mask-polygon"
  | "mask-wand"
  | "select-region"
  | "select-class"
  | "mask-boundary"
  | "class-brush"
  | "fill"
  | "pick-class";

export type LabelMode = "fill" | "outline";

/** Beside the label as it is now, or in place of it: left of a line the label as opened, or what was changed. */
export type Compare = "off" | "split" | "difference";

/** How the user works and looks at an image: tools, view, reconstruction. Nothing in here changes a label. */
export interface Settings {
  readonly tool: ToolName;
  /** Diameter of the brushes, image px. */
  readonly brushSize: number;
  /** By how many px "Grow mask" and the tools that mask regions of the label widen the mask. */
  readonly growBy: number;
  /** How far a boundary band reaches on either side, px. */
  readonly bandWidth: number;
  /** The class that the class brush and fill paint. */
  readonly classId: number;
  /** 0..1. */
  readonly labelOpacity: number;
  readonly labelMode: LabelMode;
  /** The screen shows classes in colours that are told apart with any colour vision. */
  readonly safeColors: boolean;
  readonly labelsHidden: boolean;
  readonly compare: Compare;
  /** Where the line of a split lies, 0 (left) to 1 of the canvas' width. */
  readonly splitAt: number;
  /** While O is held: the label as it was opened. */
  readonly originalShown: boolean;
  /** How photographs are shown, and by an item's key those that are shown differently. */
  readonly look: Look;
  readonly looks: ReadonlyMap<string, Look>;
  /** After a search for errors: the suspicion of every pixel, over the picture. */
  readonly heatShown: boolean;
  /** Ids not drawn. */
  readonly hiddenClasses: ReadonlySet<number>;
  /** Ids at the top of the class list. */
  readonly pinnedClasses: ReadonlySet<number>;
  /** Ids that neither tools nor accepts may change, in every image. */
  readonly lockedClasses: ReadonlySet<number>;
  /** Mask ratio, 0.1..0.9. */
  readonly ratio: number;
  readonly passes: number;
  /** Whether void under the mask is kept or rebuilt. */
  readonly voidPolicy: VoidPolicy;
  /** Reconstruct 100 ms after each stroke. */
  readonly live: boolean;
  /** Learn in the background what the data set's labels say its classes look like. */
  readonly support: boolean;
  /** Accepting all takes the model's suggestions of at least this confidence, 0..1. Only the user moves it. */
  readonly threshold: number;
  /** The largest pinhole and the largest speck that the checks name, px. */
  readonly pinholes: number;
  readonly specks: number;
  /** What was found is ranked by the decisions on what was found before. */
  readonly feedback: boolean;
  /** The canvas zooms to the suggestion that the user goes to. */
  readonly zoomToSelected: boolean;
  /** The list of images, the column of panels and two of its panels are shown or folded. */
  readonly listOpen: boolean;
  readonly panelsOpen: boolean;
  readonly classesOpen: boolean;
  /** Null until the user folds or unfolds it: folded where the window is low, and once rows wait for review. */
  readonly reconstructOpen: boolean | null;
  /** The strip of mask ratios under the picture; null until the user folds or unfolds it: folded where the window is low. */
  readonly stripOpen: boolean | null;
  /** Sizes of the panels while they are shown, CSS px; null: a share of the window. */
  readonly listWidth: number;
  readonly panelsWidth: number;
  readonly classesHeight: number | null;
  readonly hintsDismissed: boolean;
  /** The user's name, for the decisions taken and for reports; empty: none. */
  readonly reviewer: string;
  readonly keys: OwnKeys;
}

export type SettingsStore = StoreApi<Settings>;

interface Limits {
  readonly min: number;
  readonly max: number;
}

export const brushLimits = { min: 1, max: 256 } as const;
export const bandLimits = { min: 1, max: 64 } as const;
export const growLimits = { min: 0, max: 64 } as const;
export const ratioLimits = { min: 0.1, max: 0.9 } as const;
/** Characters of a name. */
export const reviewerLength = nameLength;
export const passLimits = { min: 1, max: 8 } as const;
export const lintSizeLimits = { min: 1, max: 400 } as const;
export const listWidthLimits = { min: 130, max: 420 } as const;
export const panelsWidthLimits = { min: 250, max: 560 } as const;
const classesHeightLimits = { min: 0, max: 10_000 } as const;

export const defaultSettings: Settings = {
  tool: "mask-brush",
  brushSize: 24,
  growBy: 3,
  bandWidth: 4,
  classId: 0,
  labelOpacity: 0.55,
  labelMode: "fill",
  safeColors: false,
  labelsHidden: false,
  compare: "off",
  splitAt: 0.5,
  originalShown: false,
  look: plainLook,
  looks: new Map(),
  heatShown: false,
  hiddenClasses: new Set(),
  pinnedClasses: new Set(),
  lockedClasses: new Set(),
  // The mask alone: hiding context too buys no accuracy (training/README.md has the figures) and serves as a second opinion.
  ratio: 0.1,
  passes: 2,
  voidPolicy: "auto",
  live: true,
  support: true,
  threshold: 0.8,
  ...defaultSizes,
  feedback: true,
  zoomToSelected: true,
  listOpen: false,
  panelsOpen: true,
  classesOpen: true,
  reconstructOpen: null,
  stripOpen: null,
  listWidth: 184,
  panelsWidth: 286,
  classesHeight: null,
  hintsDismissed: false,
  reviewer: "",
  keys: {},
};

/** What the settings dialog shows, each with the values it may take. */
const habits = {
  brushSize: wholeWithin(brushLimits),
  growBy: wholeWithin(growLimits),
  bandWidth: wholeWithin(bandLimits),
  labelOpacity: within({ min: 0, max: 1 }),
  safeColors: isBoolean,
  look: isLook,
  labelMode: (value: unknown) => value === "fill" || value === "outline",
  ratio: within(ratioLimits),
  passes: wholeWithin(passLimits),
  voidPolicy: (value: unknown) => voidPolicies.some((policy) => policy === value),
  live: isBoolean,
  support: isBoolean,
  threshold: within({ min: 0, max: 1 }),
  pinholes: wholeWithin(lintSizeLimits),
  specks: wholeWithin(lintSizeLimits),
  feedback: isBoolean,
  zoomToSelected: isBoolean,
  hintsDismissed: isBoolean,
};

/** What outlives a reload: habits, not what belongs to one data set. */
const kept = {
  ...habits,
  listOpen: isBoolean,
  panelsOpen: isBoolean,
  classesOpen: isBoolean,
  reconstructOpen: isBoolean,
  reviewer: (value: unknown) => typeof value === "string" && value.length <= reviewerLength,
  stripOpen: isBoolean,
  listWidth: wholeWithin(listWidthLimits),
  panelsWidth: wholeWithin(panelsWidthLimits),
  classesHeight: wholeWithin(classesHeightLimits),
  keys: isOwnKeys,
} satisfies { readonly [Name in keyof Settings]?: (value: unknown) => boolean };
const keptNames = Object.keys(kept) as (keyof typeof kept)[];
const storageKey = "maskmend.settings";

/** @param storage Where habits are kept; undefined (or a storage that throws) keeps nothing. */
export function createSettings(storage?: Pick<Storage, "getItem" | "setItem">): SettingsStore {
  const store = createStore<Settings>(() => ({ ...defaultSettings, ...restore(storage) }));
  store.subscribe((state) => {
    try {
      storage?.setItem(storageKey, JSON.stringify(Object.fromEntries(keptNames.map((name) => [name, state[name]]))));
    } catch {
      // A full or forbidden storage costs the habits of the next visit, nothing else.
    }
  });
  return store;
}

/** Back to how the app comes. Keys, panels, tool, class and what belongs to the data set stay. */
export function resetSettings(store: SettingsStore): void {
  const names = Object.keys(habits) as (keyof typeof habits)[];
  store.setState(Object.fromEntries(names.map((name) => [name, defaultSettings[name]])));
}

function restore(storage?: Pick<Storage, "getItem">): Partial<Settings> {
  try {
    const saved: unknown = JSON.parse(storage?.getItem(storageKey) ?? "{}");
    if (typeof saved !== "object" || saved === null) return {};
    const values = new Map<string, unknown>(Object.entries(saved));
    return Object.fromEntries(
      keptNames.filter((name) => kept[name](values.get(name))).map((name) => [name, values.get(name)]),
    );
  } catch {
    return {};
  }
}

function within({ min, max }: Limits): (value: unknown) => boolean {
  return (value) => typeof value === "number" && value >= min && value <= max;
}

function wholeWithin(limits: Limits): (value: unknown) => boolean {
  const isWithin = within(limits);
  return (value) => Number.isInteger(value) && isWithin(value);
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

export function clamp(value: number, limits: Limits): number {
  return Math.min(limits.max, Math.max(limits.min, value));
}

/** The brush one step wider or narrower: finer steps for small brushes. */
export function steppedBrush(size: number, direction: 1 | -1): number {
  const step = size + (direction < 0 ? -1 : 0) < 10 ? 1 : size < 40 ? 4 : size < 120 ? 10 : 20;
  return clamp(size + direction * step, brushLimits);
}
