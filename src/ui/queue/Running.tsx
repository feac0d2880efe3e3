import { Button, Progress, Text } from "@mantine/core";
import { useSession } from "../context";
import classes from "./queue.module.css";

/** A change to labels of many images under way. */
export function Running() {
  const running = useSession((state) => state.changingMany);
  if (running === null) return null;
  const { text, done, total, stop } = running;
  return (
    <div className={classes.running} data-bottom-bar role="status" aria-live="off">
      <Text size="sm">
        {text}: {done} of {total} {total === 1 ? "image" : "images"}
      </Text>
      <Progress value={(100 * done) / total} aria-label={text} style={{ flex: 1 }} />
      <Button variant="default" onClick={stop}>
        Stop after this image
      </Button>
    </div>
  );
}
