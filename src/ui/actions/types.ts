import type { KeyBinding } from "../../app/keyBindings";
import type { View } from "../../app/session";
import type { UiApp } from "../context";

/** In the order of the lists of keys. */
export const actionGroups = ["Data set", "Review", "Tools", "View", "Images"] as const;
type ActionGroup = (typeof actionGroups)[number];

/** Something the user can do: keys, the list of keys, buttons, menus and tooltips all derive from this. */
export interface Action {
  readonly label: string;
  /** What it is good for, in tooltips after the label. */
  readonly what?: string;
  readonly group: ActionGroup;
  readonly keys: readonly KeyBinding[];
  /** Where its keys and commands count; by default while an image is edited. */
  readonly views?: readonly View[];
  /** It means something only together with its key (which of nine classes, which way): the command palette leaves it out. */
  readonly byKeyOnly?: boolean;
  /** How the list of keys writes them, where they are many of a kind. */
  readonly keysText?: string;
  /** Its keys cannot be changed. */
  readonly fixedKeys?: boolean;
  /** A stroke that is being made goes on; others end it first, or it would be lost to them. */
  readonly inStroke?: boolean;
  /** What the pointer does to the same end. */
  readonly gestures?: string;
  /** Whether its buttons can be pressed, always by default. A key runs it all the same, and it says why it did nothing. */
  isEnabled?(app: UiApp): boolean;
  /** Why its buttons cannot be pressed now, as a sentence; asked while `isEnabled` says no. */
  whyNot?(app: UiApp): string;
  /**
   * @param code KeyboardEvent.code of the key that was pressed, if one was.
   * @returns false when there was nothing to do and the key should act as usual.
   */
  run(app: UiApp, code?: string): unknown;
  /** Ends what lasts while the key is held. */
  release?(app: UiApp): void;
}

export const everywhere: readonly View[] = ["dataset", "editor", "queue"];

export function isIn({ views = ["editor"] }: Action, view: View): boolean {
  return views.includes(view);
}

/** Whether there is a view in which both count: there they cannot have the same key. */
export function meet(a: Action, b: Action): boolean {
  return everywhere.some((view) => isIn(a, view) && isIn(b, view));
}
