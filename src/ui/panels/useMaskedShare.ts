import { useEffect, useState } from "react";
import { planWindows } from "../../inference/workWindows";
import { maskedShare } from "../../review/request";
import type { OpenImage } from "../state/session";
import type { OpenDocument } from "../tools/types";

/** Counting the mask costs a pass over the image: done when the pen rests, not during a stroke. */
const restMs = 150;

/** Masked pixels / non-void pixels of the work window (the fullest, if there are several), 0..1. */
export function useMaskedShare({ document }: OpenImage): number {
  const [share, setShare] = useState(0);
  useEffect(() => {
    const count = (): void => setShare(fullestShare(document));
    let timer = setTimeout(count, 0);
    const stop = document.store.subscribe((now, before) => {
      if (now.version === before.version) return;
      clearTimeout(timer);
      timer = setTimeout(count, restMs);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [document]);
  return share;
}

function fullestShare(document: OpenDocument): number {
  if (document.store.getState().maskedPixels === 0) return 0;
  const windows = planWindows(document.mask.data, document.width, document.height);
  return Math.max(0, ...windows.map(({ x, y, side }) => maskedShare(document, { x, y, width: side, height: side })));
}
