import { useEffect } from "react";
import { useApp } from "../context";

/** Has the thumbnails made of what is in sight; of nothing once the grid is gone. */
export function useWanted(keys: readonly string[]): void {
  const { thumbnails } = useApp();
  const all = keys.join("\n");
  useEffect(() => thumbnails.want(all === "" ? [] : all.split("\n")), [thumbnails, all]);
  useEffect(() => () => thumbnails.want([]), [thumbnails]);
}
