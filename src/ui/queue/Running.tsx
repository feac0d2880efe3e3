import { Button, Progress, Text } from "@mantine/core";
import { useStore } from "zustand";
import { useApp, useSession } from "../context";
import classes from "./queue.module.css";
import { useQueue } from "./useQueue";

/** A decision on many images under way. */
export function Running() {
  const { queueing, lintWall } = useApp();
  const ofFinds = useQueue((state) => state.running);
  const ofRules = useStore(lintWall.store, (state) => state.running);
  const stops = useSession((state) => state.canStopMany);
  const running = ofFinds ?? ofRules;
  if (running === null) return null;
  const { text, done, total } = running;
  return (
    <div className={classes.running} role="status" aria-live="off">
      <Text size="sm">
        {text}: {done} of {total}
      </Text>
      <Progress value={(100 * done) / total} aria-label={text} style={{ flex: 1 }} />
      {stops && (
        <Button variant="default" onClick={ofFinds === null ? lintWall.cancel : queueing.cancel}>
          Stop after this image
        </Button>
      )}
    </div>
  );
}
