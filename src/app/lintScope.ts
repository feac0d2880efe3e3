import { isNoFilter } from "../review/imageFilter";
import { imageOrder } from "./imageOrder";
import type { Session } from "./session";
import { targets } from "./tiles";

type Looked = Parameters<typeof imageOrder>[0] & Pick<Session, "view" | "tiles">;

/** The images that a check of labels is meant for: those selected in the grid, else those that the filter shows. */
export function lintScope(session: Looked): {
  readonly keys: readonly string[];
  readonly of: "selected" | "shown" | "all";
} {
  const { keys } = imageOrder(session);
  const { view, tiles, filter } = session;
  if (view === "dataset" && tiles.selected.size > 0)
    return { keys: targets({ ...tiles, current: null }, keys), of: "selected" };
  return { keys, of: isNoFilter(filter) ? "all" : "shown" };
}
