/** A key that starts an action. */
export interface KeyBinding {
  /**
   * A letter or sign as printed ("b", "?"), or a KeyboardEvent.code ("BracketLeft") where the key's place matters and
   * not what the keyboard layout prints on it.
   */
  readonly key?: string;
  readonly code?: string;
  readonly ctrl?: boolean;
  readonly shift?: boolean;
  /** Only keys that the app comes with: most with Alt belong to the browser and the system. */
  readonly alt?: boolean;
  /** Only while the canvas has the focus: elsewhere the key belongs to the page. */
  readonly canvasOnly?: boolean;
  /** Held down it repeats. */
  readonly repeats?: boolean;
}

/** The keys the user gave to actions, by the action's name, instead of those the app comes with. */
export type OwnKeys = Readonly<Record<string, readonly KeyBinding[]>>;

/** Whether a stored value is a table of keys. */
export function isOwnKeys(value: unknown): value is OwnKeys {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((keys) => Array.isArray(keys) && keys.every(isBinding));
}

function isBinding(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { key, code, ctrl, shift } = value as Record<string, unknown>;
  const isText = (one: unknown): boolean => typeof one === "string" && one !== "";
  const isFlag = (one: unknown): boolean => one === undefined || typeof one === "boolean";
  return (key === undefined ? isText(code) : isText(key) && code === undefined) && isFlag(ctrl) && isFlag(shift);
}
