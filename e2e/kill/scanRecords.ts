import type { Page } from "@playwright/test";

/** What is kept of the newest scan, read from the browser's database. */
export interface ScanRecords {
  readonly id: string | null;
  /** Images that are noted as searched, and how each failed; null where it did not. */
  readonly done: readonly (readonly [key: string, failure: string | null])[];
  /** By image: the scan that its summary is of, and how many finds that tells of that are not decided. */
  readonly summaries: readonly (readonly [key: string, scan: string | null, undecided: number])[];
  /** By image: undecided rows in the work that is kept for it; several finds may be one row. */
  readonly undecided: readonly (readonly [key: string, rows: number])[];
}

/** Reads the records as they were before the app goes on with the scan, or a little later. */
export function scanRecords(page: Page): Promise<ScanRecords> {
  return page.evaluate(
    () =>
      new Promise<ScanRecords>((resolve, reject) => {
        const opening = indexedDB.open("maskmend");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const values = opening.result.transaction("values").objectStore("values");
          const [keys, all] = [values.getAllKeys(), values.getAll()];
          all.onsuccess = () => {
            opening.result.close();
            const entries = keys.result.map((key, i) => [String(key), all.result[i]] as const);
            const under = (kind: string) =>
              entries.flatMap(([key, value]) => {
                const [own, , ...rest] = key.split("/");
                return own === kind ? [[rest.join("/"), value] as const] : [];
              });
            const scans = under("scan").map(
              ([, record]) => record as { readonly id: string; readonly created: number },
            );
            const id = scans.sort((a, b) => b.created - a.created)[0]?.id ?? null;
            resolve({
              id,
              done: under("scanned").flatMap(([key, failure]) =>
                key.startsWith(`${id}/`) ? [[key.slice(`${id}/`.length), failure] as const] : [],
              ),
              summaries: under("summary").map(([key, { scan, findings }]) => [
                key,
                scan,
                findings.filter(({ decision }: { readonly decision: string }) => decision === "pending").length,
              ]),
              undecided: under("undecided").map(([key, note]) => [key, note.undecided]),
            });
          };
        };
      }),
  );
}

/** What of the records of a scan does not go together: that an image is done is written with what was found, or not at all. */
export function scanFaults({ id, done, summaries, undecided }: ScanRecords): string[] {
  const ofImages = new Map(summaries.map(([key, scan, finds]) => [key, { scan, finds }]));
  const kept = new Map(undecided);
  const isDone = new Set(done.map(([key]) => key));
  return [
    ...done.filter(([key]) => ofImages.get(key)?.scan !== id).map(([key]) => `${key} is done without its summary`),
    ...summaries
      .filter(([key, scan]) => scan === id && !isDone.has(key))
      .map(([key]) => `${key} has finds and is not done`),
    ...done
      .filter(([key, failure]) => failure === null && (ofImages.get(key)?.finds ?? 0) > 0 !== (kept.get(key) ?? 0) > 0)
      .map(([key]) => `${key}: ${ofImages.get(key)?.finds} finds are told of, ${kept.get(key)} rows are there`),
  ];
}
