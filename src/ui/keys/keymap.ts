/** What a key can do; `useKeys` knows how. */
export type ActionName =
  | "next-image"
  | "previous-image"
  | "next-unreviewed"
  | "next-suggestion"
  | "previous-suggestion"
  | "mask-brush"
  | "mask-eraser"
  | "mask-rectangle"
  | "mask-lasso"
  | "select-region"
  | "class-brush"
  | "fill"
  | "pick-class"
  | "brush-smaller"
  | "brush-larger"
  | "fit"
  | "actual-size"
  | "zoom-in"
  | "zoom-out"
  | "undo"
  | "redo"
  | "hide-label"
  | "show-original"
  | "choose-class"
  | "save"
  | "ratio-down"
  | "ratio-up"
  | "pan"
  | "accept"
  | "reject"
  | "skip"
  | "accept-all"
  | "find-errors"
  | "cancel"
  | "show-keys";

export interface Binding {
  readonly action: ActionName;
  /**
   * A letter or sign as printed ("b", "?"), or a KeyboardEvent.code ("BracketLeft") where the key's place matters and
   * not what the keyboard layout prints on it.
   */
  readonly key?: string;
  readonly code?: string;
  readonly ctrl?: boolean;
  readonly shift?: boolean;
  /** Only while the canvas has the focus: elsewhere the key belongs to the page. */
  readonly canvasOnly?: boolean;
  /** Held down it repeats. */
  readonly repeats?: boolean;
}

/** The keys of the app. A later table from the user may replace entries by `action`. */
const keymap: readonly Binding[] = [
  { action: "next-image", code: "ArrowRight", repeats: true },
  { action: "next-image", code: "KeyD", repeats: true },
  { action: "previous-image", code: "ArrowLeft", repeats: true },
  { action: "previous-image", code: "KeyA", repeats: true },
  { action: "next-unreviewed", code: "KeyD", shift: true },
  { action: "next-suggestion", key: "j", repeats: true },
  { action: "previous-suggestion", key: "j", shift: true, repeats: true },
  { action: "next-suggestion", code: "Tab", canvasOnly: true, repeats: true },
  { action: "previous-suggestion", code: "Tab", shift: true, canvasOnly: true, repeats: true },
  { action: "accept", code: "Enter", canvasOnly: true },
  { action: "accept-all", code: "Enter", shift: true, canvasOnly: true },
  { action: "accept", key: "y" },
  { action: "reject", key: "n" },
  { action: "skip", key: "s" },
  { action: "find-errors", code: "F2" },
  { action: "cancel", code: "Escape" },
  { action: "mask-brush", key: "b" },
  { action: "mask-eraser", key: "e" },
  { action: "mask-rectangle", key: "r" },
  { action: "mask-lasso", key: "l" },
  { action: "select-region", key: "c" },
  { action: "class-brush", key: "k" },
  { action: "fill", key: "g" },
  { action: "pick-class", key: "i" },
  { action: "brush-smaller", code: "BracketLeft", repeats: true },
  { action: "brush-larger", code: "BracketRight", repeats: true },
  { action: "fit", key: "f" },
  { action: "actual-size", code: "Digit0" },
  { action: "zoom-in", key: "+", repeats: true },
  { action: "zoom-out", key: "-", repeats: true },
  { action: "undo", key: "z", ctrl: true, repeats: true },
  { action: "redo", key: "z", ctrl: true, shift: true, repeats: true },
  { action: "redo", key: "y", ctrl: true, repeats: true },
  { action: "hide-label", key: "h" },
  { action: "show-original", key: "o" },
  ...Array.from({ length: 9 }, (_, index): Binding => ({ action: "choose-class", code: `Digit${index + 1}` })),
  { action: "save", key: "s", ctrl: true },
  { action: "ratio-down", code: "Comma", repeats: true },
  { action: "ratio-up", code: "Period", repeats: true },
  { action: "pan", code: "ArrowLeft", shift: true, repeats: true },
  { action: "pan", code: "ArrowRight", shift: true, repeats: true },
  { action: "pan", code: "ArrowUp", shift: true, repeats: true },
  { action: "pan", code: "ArrowDown", shift: true, repeats: true },
  { action: "show-keys", key: "?" },
];

/** The part of a KeyboardEvent that decides. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

/** The binding a key press means, or null. */
export function bindingFor(press: KeyPress, canvasFocused: boolean, bindings = keymap): Binding | null {
  if (press.altKey) return null;
  const ctrl = press.ctrlKey || press.metaKey;
  return (
    bindings.find(
      (one) =>
        (one.ctrl ?? false) === ctrl &&
        (canvasFocused || one.canvasOnly !== true) &&
        (one.repeats === true || !press.repeat) &&
        matches(one, press),
    ) ?? null
  );
}

function matches({ key, code, shift = false }: Binding, press: KeyPress): boolean {
  if (code !== undefined) return press.code === code && press.shiftKey === shift;
  const printed = press.key.toLowerCase();
  // Signs carry their Shift in what they print.
  if (key !== undefined && !isLetter(key)) return printed === key;
  if (press.shiftKey !== shift) return false;
  // On a keyboard without Latin letters the key in the letter's usual place stands in.
  return isLetter(printed) ? printed === key : press.code === `Key${key?.toUpperCase()}`;
}

function isLetter(text: string): boolean {
  return /^[a-z]$/.test(text);
}
