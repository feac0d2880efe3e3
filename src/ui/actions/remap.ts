import type { KeyBinding, OwnKeys } from "../../app/keyBindings";
import { type ActionName, actionsWith } from ".";
import { bindingText, isLetter, type KeyPress, matches } from "./keys";
import { meet } from "./types";

/** What a key press came to while the app waits for an action's new key; null: wait for another. */
export type Captured =
  | { readonly binding: KeyBinding }
  /** Why it cannot be a key of an action, as a sentence. */
  | { readonly refused: string }
  | null;

const modifiers = /^(Control|Shift|Alt|Meta|OS|CapsLock|NumLock|ScrollLock)/;

/** Reads a key press as a binding: letters as printed, everything else by its place. */
export function capture(press: KeyPress): Captured {
  const { code, shiftKey } = press;
  const key = press.key.toLowerCase();
  if (code === "" || modifiers.test(code) || /^(dead|process|unidentified)$/.test(key)) return null;
  if (press.altKey) return { refused: "Keys with Alt belong to the browser and the system." };
  const ctrl = press.ctrlKey || press.metaKey;
  // On a keyboard without Latin letters the key in the letter's usual place stands in.
  const letter = isLetter(key) ? key : /^Key[A-Z]$/.test(code) ? code.slice(-1).toLowerCase() : null;
  const binding = {
    ...(letter === null ? { code } : { key: letter }),
    ...(ctrl ? { ctrl } : {}),
    ...(shiftKey ? { shift: true } : {}),
  };
  if (isBrowsers(binding)) return { refused: `${bindingText(binding)} belongs to the browser.` };
  if (code === "Space") return { refused: "Space pans the picture while it is held." };
  return { binding };
}

/** Closes, opens or changes tabs, or reloads: most never reach the page. */
function isBrowsers({ key = "", code = "", ctrl = false }: KeyBinding): boolean {
  if (!ctrl) return /^F(1|5|11|12)$/.test(code);
  return /^[wtnqr]$/.test(key) || /^(Tab|F4|F5|PageUp|PageDown|Digit\d|Numpad\d)$/.test(code);
}

/** The action that a key press starts now where `name` counts, whatever has the focus; null when there is none. */
export function ownerOf(press: KeyPress, own: OwnKeys, name: ActionName): ActionName | null {
  const table = actionsWith(own);
  const found = Object.entries(table).find(
    ([, one]) => meet(one, table[name]) && one.keys.some((key) => matches(key, press)),
  );
  return (found?.[0] as ActionName | undefined) ?? null;
}

/** Why a key cannot be given to an action as it is, and the keys after swapping with the action that has it. */
export interface Refusal {
  /** Sentences. */
  readonly refused: string;
  /** Absent where swapping would not help. */
  readonly swapped?: OwnKeys;
}

/**
 * Gives an action the key that was pressed; null: wait for another press. What another action has it gives only in a
 * swap: for `place`'s old key, or for nothing where there is none.
 * @param place Index of the key that is replaced; one past the last adds a key.
 */
export function remap(
  own: OwnKeys,
  name: ActionName,
  place: number,
  press: KeyPress,
): { readonly keys: OwnKeys } | Refusal | null {
  const got = capture(press);
  if (got === null || "refused" in got) return got;
  const table = actionsWith(own);
  const key = bindingText(got.binding);
  const old = table[name].keys[place];
  const given = { ...own, [name]: table[name].keys.map(bare).toSpliced(place, 1, got.binding) };
  const owner = ownerOf(press, own, name);
  if (owner === null || (owner === name && old !== undefined && matches(old, press))) return { keys: given };
  const { label, keys, fixedKeys } = table[owner];
  if (owner === name) return { refused: `${key} is a key of ${label} already.` };
  if (fixedKeys === true) return { refused: `${key} belongs to ${label}, whose keys are fixed.` };
  const left = keys.map(bare).toSpliced(
    keys.findIndex((one) => matches(one, press)),
    1,
    ...(old === undefined ? [] : [bare(old)]),
  );
  const gets = old === undefined ? "loses it" : `gets ${bindingText(old)}`;
  return {
    refused: `${key} belongs to ${label}. If you swap, ${label} ${gets}.`,
    swapped: { ...given, [owner]: left },
  };
}

/** Takes the key at `place` from an action. */
export function withoutKey(own: OwnKeys, name: ActionName, place: number): OwnKeys {
  return { ...own, [name]: actionsWith(own)[name].keys.map(bare).toSpliced(place, 1) };
}

function bare({ key, code, ctrl, shift }: KeyBinding): KeyBinding {
  return {
    ...(key === undefined ? {} : { key }),
    ...(code === undefined ? {} : { code }),
    ...(ctrl === true ? { ctrl } : {}),
    ...(shift === true ? { shift } : {}),
  };
}
