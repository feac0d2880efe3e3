/**
 * How often a model is right by what it says its confidence is: bins from the lowest up, each its least confidence and
 * the share that was right in it, both 0..1. The first bin begins at 0.
 */
export type ReliabilityTable = readonly (readonly [confidence: number, right: number])[];

/**
 * What a manifest says of each source of suggestions; absent where nothing was measured. `live` counts pixels of rebuilt
 * masks, since that is what was measured: objects are assumed to be right as often as their pixels are. `found` counts
 * regions found wrong.
 */
export interface Reliability {
  readonly live?: ReliabilityTable;
  readonly found?: ReliabilityTable;
}

/** Reads "reliability" of a model's manifest, which may be absent. Throws an Error that names the table it cannot use. */
export function parseReliability(json: unknown): Reliability {
  if (json === undefined || json === null) return {};
  if (typeof json !== "object") throw new Error('"reliability" in model.json is no record of tables.');
  const tables = new Map(Object.entries(json));
  const read = (name: keyof Reliability): Reliability => {
    const table: unknown = tables.get(name);
    if (table === undefined) return {};
    if (!isTable(table)) {
      throw new Error(
        `"reliability.${name}" in model.json is not a list of [least confidence, share right], from [0, ...] up, within 0 to 1.`,
      );
    }
    return { [name]: table };
  };
  return { ...read("live"), ...read("found") };
}

/** The share of suggestions of this confidence that are right, 0..1. */
export function shareRight(table: ReliabilityTable, confidence: number): number {
  return table.findLast(([least]) => least <= confidence)?.[1] ?? 0;
}

function isTable(value: unknown): value is ReliabilityTable {
  if (!Array.isArray(value) || value.length === 0) return false;
  const isShare = (share: unknown) => typeof share === "number" && share >= 0 && share <= 1;
  const arePairs = value.every((bin) => Array.isArray(bin) && bin.length === 2 && bin.every(isShare));
  return arePairs && value.every(([least], i) => (i === 0 ? least === 0 : least > value[i - 1][0]));
}
