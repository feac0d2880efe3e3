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

function matches(binding: KeyBinding, press: KeyPress): boolean {
  const { key, shift = false } = binding;
  // Signs carry their Shift in what they print.
  const isSign = key !== undefined && !isLetter(key);
  return isKey(binding, press) && (isSign || press.shiftKey === shift);
}

/** Whether it is an action's key, whatever else is held down. */
export function isKeyOf({ keys }: Action, press: Pick<KeyPress, "key" | "code">): boolean {
  return keys.some((one) => isKey(one, press));
}

function isKey({ key, code }: KeyBinding, press: Pick<KeyPress, "key" | "code">): boolean {
  if (code !== undefined) return press.code === code;
  const printed = press.key.toLowerCase();
  // On a keyboard without Latin letters the key in the letter's usual place stands in.
  const isElsewhere = key !== undefined && isLetter(key) && !isLetter(printed);
  return isElsewhere ? press.code === `Key${key.toUpperCase()}` : printed === key;
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
