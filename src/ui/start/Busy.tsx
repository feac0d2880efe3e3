import { Button, Loader, Paper, Text } from "@mantine/core";
import { useApp, useSession } from "../context";
import classes from "./start.module.css";

/** What the app is busy with, when it takes longer than a blink. */
export function Busy() {
  const { exchange } = useApp();
  const busy = useSession((state) => state.busy);
  const importing = useSession((state) => state.exchange);
  if (busy === null && importing === null) return null;
  return (
    <Paper className={classes.busy} shadow="md" withBorder px="md" py={8}>
      <Loader size={14} />
      <Text size="sm">
        {busy === null ? `${importing?.text} (${Math.round(100 * (importing?.share ?? 0))} %)` : busy}…
      </Text>
      {busy === null && (
        <Button variant="default" size="compact-xs" aria-label="Cancel import" onClick={() => exchange.cancel()}>
          Cancel
        </Button>
      )}
    </Paper>
  );
}
