import type { ActionName } from ".";

/** Actions that mean the same whatever screen is shown: the others are about the image in the editor. */
export const beyondEditor: ReadonlySet<ActionName> = new Set<ActionName>([
  ...(["review-queue", "scan-images", "save", "export-changed", "export-all", "export-as", "export-changes"] as const),
  ...(["command-palette", "settings", "import-report", "how-read", "about", "start-screen", "show-keys"] as const),
  ...(["hide-label", "safe-colors"] as const),
]);
