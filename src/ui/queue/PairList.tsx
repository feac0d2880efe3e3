import { useEffect } from "react";
import { useApp } from "../context";
import { GroupRow } from "./GroupRow";
import { ListHead } from "./ListHead";
import { PairTags } from "./PairTags";
import classes from "./queue.module.css";
import { useQueue } from "./useQueue";

/** The findings by what they would change into what; each opens as a wall. */
export function PairList() {
  const { queueing } = useApp();
  const groups = useQueue((state) => state.groups);
  const pair = useQueue((state) => state.wall?.pair ?? null);
  const first = groups[0]?.id;
  useEffect(() => {
    if (pair === null && first !== undefined) queueing.openWall(first);
  }, [pair, first, queueing]);
  return (
    <nav className={classes.list} aria-label="Class pairs">
      <ListHead />
      <div className={classes.scroll}>
        {groups.map(({ id, from, to, entries, images }) => (
          <GroupRow
            key={id}
            isOpen={id === pair}
            count={entries.length}
            images={images}
            open={() => queueing.openWall(id)}
          >
            <PairTags from={from} to={to} />
          </GroupRow>
        ))}
      </div>
    </nav>
  );
}
