import { Loader, Paper, Text } from "@mantine/core";
import { useSession } from "../context";
import classes from "./start.module.css";

/** What the app is busy with, when it takes longer than a blink. */
export function Busy() {
  const busy = useSession((state) => state.busy);
  if (busy === null) return null;
  return (
    <Paper className={classes.busy} shadow="md" withBorder px="md" py={8}>
      <Loader size={14} />
      <Text size="sm">{busy}…</Text>
    </Paper>
  );
}
