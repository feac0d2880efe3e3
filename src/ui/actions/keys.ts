import type { Action, KeyBinding } from "./types";

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

/** The first action that a key press means, or null. */
export function actionFor(actions: readonly Action[], press: KeyPress, canvasFocused: boolean): Action | null {
  if (press.altKey) return null;
  const ctrl = press.ctrlKey || press.metaKey;
  const means = (one: KeyBinding): boolean =>
    (one.ctrl ?? false) === ctrl &&
    (canvasFocused || one.canvasOnly !== true) &&
    (one.repeats === true || !press.repeat) &&
    matches(one, press);
  return actions.find(({ keys }) => keys.some(means)) ?? null;
}

function matches({ key, code, shift = false }: KeyBinding, press: KeyPress): boolean {
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

const printed: Readonly<Record<string, string>> = {
  BracketLeft: "[",
  BracketRight: "]",
  Comma: ",",
  Period: ".",
  Escape: "Esc",
};

/** An action's keys as they are written in tooltips: "Ctrl+Shift+Z, Ctrl+Y"; empty when it has none. */
export function keysText({ keys, keysText: text }: Pick<Action, "keys" | "keysText">): string {
  return text ?? keys.map(bindingText).join(", ");
}

function bindingText({ key, code = "", ctrl = false, shift = false }: KeyBinding): string {
  const name = key?.toUpperCase() ?? printed[code] ?? code.replace(/^(Key|Digit|Arrow)/, "");
  return `${ctrl ? "Ctrl+" : ""}${shift ? "Shift+" : ""}${name}`;
}
