import { useEffect, useState } from "react";
import type { OpenDocument } from "../../review/types";

/** ms without a change after which the counts are shown anew. */
const pause = 300;

/** Pixels of each id in a label, a moment behind its changes. */
export function useIdCounts(document: OpenDocument): ReadonlyMap<number, number> {
  const [counts, setCounts] = useState<ReadonlyMap<number, number>>(() => document.idCounts());
  useEffect(() => {
    const count = (): void => setCounts(document.idCounts());
    count();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = document.store.subscribe((now, before) => {
      if (now.version === before.version) return;
      clearTimeout(timer);
      timer = setTimeout(count, pause);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [document]);
  return counts;
}
