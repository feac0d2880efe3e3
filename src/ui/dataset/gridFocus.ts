const gridId = "images";

/** What the grid is told by, and what of it is the current tile. */
export const gridIds = { grid: gridId, tile: (index: number) => `${gridId}-${index}`, search: "find-image" } as const;

/** Whether keys that other elements want too (arrows, Enter, Space) are the grid's: it has the focus, or nothing has. */
export function gridHasFocus(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body || activeElement.id === gridId;
}

export function focusGrid(): void {
  document.getElementById(gridIds.grid)?.focus({ preventScroll: true });
}

export function focusSearch(): void {
  const input = document.getElementById(gridIds.search);
  input?.focus();
  if (input instanceof HTMLInputElement) input.select();
}
