import { Anchor } from "@mantine/core";
import { durationText } from "../../app/timeLeft";
import { useApp, useSession } from "../context";
import classes from "./scan.module.css";
import { useLintRun } from "./useLintRun";

/** The check of labels that runs or waits, in the status bar. */
export function LintStatus() {
  const { linting } = useApp();
  const run = useLintRun();
  const leftMs = useSession((state) => state.lintRun?.leftMs ?? null);
  if (run === null) return null;
  const { isRunning, done, total } = run;
  return (
    <span className={classes.status} data-testid="lint-status" data-lint={isRunning ? "running" : "paused"}>
      <span>{isRunning ? `Check ${done}/${total}` : "The check of labels is paused"}</span>
      {isRunning && leftMs !== null && <span>{`${durationText(leftMs)} left`}</span>}
      <Anchor
        component="button"
        inherit
        onClick={isRunning ? linting.pause : linting.resume}
        aria-label={
          isRunning ? "Pause the check of labels" : `Resume the check of labels, ${done} of ${total} are done`
        }
      >
        {isRunning ? "Pause" : `Resume (${done} of ${total})`}
      </Anchor>
      <Anchor component="button" inherit onClick={linting.cancel} aria-label="Cancel the check of labels">
        Cancel
      </Anchor>
    </span>
  );
}
