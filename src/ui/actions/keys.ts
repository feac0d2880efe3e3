import type { KeyBinding } from "../../app/keyBindings";
import type { Action } from "./types";

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
  const means = (one: KeyBinding): boolean =>
    (canvasFocused || one.canvasOnly !== true) && (one.repeats === true || !press.repeat) && matches(one, press);
  return actions.find(({ keys }) => keys.some(means)) ?? null;
}

/** Whether a key press is a binding's, whatever has the focus. */
export function matches(binding: KeyBinding, press: KeyPress): boolean {
  const { key, ctrl = false, shift = false, alt = false } = binding;
  if (alt !== press.altKey) return false;
  // Signs carry their Shift in what they print.
  const isSign = key !== undefined && !isLetter(key);
  if (ctrl !== (press.ctrlKey || press.metaKey)) return false;
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

export function isLetter(text: string): boolean {
  return /^[a-z]$/.test(text);
}

const printed: Readonly<Record<string, string>> = {
  BracketLeft: "[",
  BracketRight: "]",
  Comma: ",",
  Period: ".",
  Escape: "Esc",
  Slash: "/",
  Backslash: "\\",
  Semicolon: ";",
  Quote: "'",
  Backquote: "`",
  Minus: "-",
  Equal: "=",
};

/** An action's keys as they are written in tooltips: "Ctrl+Shift+Z, Ctrl+Y"; empty when it has none. */
export function keysText({ keys, keysText: text, release }: Pick<Action, "keys" | "keysText" | "release">): string {
  if (keys.length === 0) return "";
  return text ?? `${release === undefined ? "" : "hold "}${keys.map(bindingText).join(", ")}`;
}

/** One key as it is printed: "Ctrl+Shift+Z". */
export function bindingText({ key, code = "", ctrl = false, shift = false, alt = false }: KeyBinding): string {
  const name = key?.toUpperCase() ?? printed[code] ?? code.replace(/^(Key|Digit|Arrow)/, "");
  return `${ctrl ? "Ctrl+" : ""}${shift ? "Shift+" : ""}${alt ? "Alt+" : ""}${name}`;
}
