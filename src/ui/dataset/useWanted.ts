import { useEffect } from "react";
import { useApp } from "../context";

/** Has thumbnails and heat maps made of what is in sight; of nothing once the grid is gone. */
export function useWanted(keys: readonly string[]): void {
  const { thumbnails, heats } = useApp();
  const all = keys.join("\n");
  useEffect(() => {
    const inSight = all === "" ? [] : all.split("\n");
    thumbnails.want(inSight);
    heats.want(inSight);
  }, [thumbnails, heats, all]);
  useEffect(
    () => () => {
      thumbnails.want([]);
      heats.want([]);
      heats.hide();
    },
    [thumbnails, heats],
  );
}
