import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useState } from "react";
import type { OpenImage } from "../../app/session";
import { openRows } from "../../review/queue";
import { useDocument } from "../context";

/** The column of panels. */
export const panelsId = "panels";

/**
 * Whether a panel that the user never folded leaves its room to the review: from the first rows that wait on, not only
 * while they do, or it would come and go with every stroke; and only once the pointer and the focus are out of the column.
 */
export function useGivesWay({ document }: OpenImage): boolean {
  const isLow = useMediaQuery("(max-height: 800px)");
  const waiting = useDocument(document, ({ proposals }) =>
    Object.values(proposals).some((set) => openRows(set).length > 0),
  );
  const [given, setGiven] = useState(waiting);
  useEffect(() => {
    if (!waiting || given) return;
    const column = window.document.getElementById(panelsId);
    const give = (): void => {
      const isInUse = column?.matches(":hover, :has(:focus-visible)") ?? false;
      if (!isInUse) setGiven(true);
    };
    give();
    column?.addEventListener("pointerleave", give);
    column?.addEventListener("focusout", give);
    return () => {
      column?.removeEventListener("pointerleave", give);
      column?.removeEventListener("focusout", give);
    };
  }, [waiting, given]);
  return isLow || given;
}
