import { Button, Progress, Text } from "@mantine/core";
import { useApp, useSession } from "../context";
import classes from "./panels.module.css";

/** How far looking for errors is, and the way out. */
export function FindingProgress() {
  const { finding } = useApp();
  const progress = useSession((state) => state.finding);
  if (progress === null) return null;
  return (
    <div className={classes.finding} data-testid="finding">
      <Text size="xs">{progress.text}</Text>
      <Button variant="default" size="compact-xs" aria-label="Cancel finding" onClick={() => finding.cancel()}>
        Cancel
      </Button>
      <Progress
        className={classes.findingBar}
        size={4}
        value={progress.share * 100}
        color="cyan"
        animated
        aria-label="Progress of finding errors"
      />
    </div>
  );
}
