import { Anchor } from "@mantine/core";
import { useMemo } from "react";
import { excludedText, scanCounts, unfinishedScan } from "../../app/scanScope";
import type { ScanProgress } from "../../app/session";
import { durationText } from "../../app/timeLeft";
import { useApp, useSession } from "../context";
import classes from "./scan.module.css";

/** The scan that runs or waits, in the status bar. */
export function ScanStatus() {
  const { scanning, session } = useApp();
  const scan = useSession((state) => unfinishedScan(state.scans));
  const progress = useSession((state) => state.scanning);
  const summaries = useSession((state) => state.summaries);
  const counts = useMemo(() => (scan === null ? null : scanCounts(scan, summaries)), [scan, summaries]);
  if (scan === null || counts === null) return null;
  const { record } = scan;
  const { done, total, failed } = counts;
  const isRunning = record.state === "running";
  return (
    <span className={classes.status} data-testid="scan-status" data-scan={record.state}>
      <Anchor
        component="button"
        inherit
        title={[`${record.name}: show all scans of this data set`, excludedText(counts)].filter(Boolean).join(". ")}
        onClick={() => session.setState({ dialog: "scans" })}
      >
        {isRunning ? `Scan ${done}/${total}` : `${record.name} is paused`}
        {failed > 0 && `, ${failed} failed`}
      </Anchor>
      {isRunning && <span>{statusText(progress)}</span>}
      <Anchor
        component="button"
        inherit
        onClick={() => (isRunning ? scanning.pause() : void scanning.resume(record.id))}
        aria-label={isRunning ? "Pause the scan" : `Resume the scan, ${done} of ${total} are done`}
      >
        {isRunning ? "Pause" : `Resume scan (${done} of ${total})`}
      </Anchor>
      <Anchor component="button" inherit onClick={() => scanning.cancel(record.id)} aria-label="Cancel the scan">
        Cancel
      </Anchor>
    </span>
  );
}

function statusText(progress: ScanProgress | null): string {
  if (progress === null) return "";
  // Beside it the bar says how far that is.
  if (progress.text.startsWith("Learning classes")) return "learns the classes first";
  if (progress.text !== "Scanning") return progress.text;
  return progress.leftMs === null ? "searching" : `${durationText(progress.leftMs)} left`;
}
