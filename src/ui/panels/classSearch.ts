export const classSearchId = "class-search";

/** Gives the keyboard to the search of the class list, which may be about to be mounted. */
export function focusClassSearch(): void {
  requestAnimationFrame(() => document.getElementById(classSearchId)?.focus());
}
