import { Text, UnstyledButton } from "@mantine/core";
import { useEffect } from "react";
import { imageCount } from "../../app/summary";
import { focusCanvas } from "../canvas/focus";
import { useApp } from "../context";
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
          <UnstyledButton
            key={id}
            className={classes.pair}
            aria-current={id === pair}
            onClick={() => {
              queueing.openWall(id);
              focusCanvas();
            }}
          >
            <span className={classes.pairTags}>
              <PairTags from={from} to={to} />
            </span>
            <span className={classes.pairCount}>
              <Text span inherit fw={600}>
                {entries.length.toLocaleString("en")}
              </Text>
              <Text span size="xs" c="dimmed">
                in {imageCount(images)}
              </Text>
            </span>
          </UnstyledButton>
        ))}
      </div>
    </nav>
  );
}
