import { useEffect, useState } from "react";
import { idCounts } from "../../core/idCounts";
import type { OpenDocument } from "../../review/types";

/** ms without a change after which the pixels are counted anew: 15 ms for 12 million pixels. */
const pause = 300;

/** Pixels of each id in a label, a moment behind its changes. */
export function useIdCounts(document: OpenDocument): ReadonlyMap<number, number> {
  const [counts, setCounts] = useState(() => idCounts(document.labels));
  useEffect(() => {
    const count = (): void => setCounts(idCounts(document.labels));
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
