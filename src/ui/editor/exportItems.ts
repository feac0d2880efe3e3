import type { ActionName } from "../actions";

/** What the export menu offers, in its order. */
export const exportMenu = [
  "export-label",
  "export-changed",
  "export-all",
  "export-changes",
  "export-report",
  "export-suggestions",
  "export-decisions",
  "export-as",
  "import",
] as const satisfies readonly ActionName[];

/** A line is drawn above these. */
export const exportParts: readonly ActionName[] = ["export-as", "import"];
