import { Badge, Button, Group, Modal, Progress, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { excludedText, failuresOf, leftToSearch, scanCounts } from "../../app/scanScope";
import type { Scan } from "../../app/session";
import { imageCount } from "../../app/summary";
import { useApp, useSession } from "../context";
import classes from "./scan.module.css";

const colors = { running: "teal", paused: "yellow", finished: "gray", cancelled: "gray" } as const;

/** All scans of the data set, the newest first, with what failed. */
export function ScanList() {
  const { session, scanning } = useApp();
  const scans = useSession((state) => state.scans);
  const close = (): void => session.setState({ dialog: null });
  return (
    <Modal opened onClose={close} title="Scans of this data set" size={620}>
      <Stack gap="sm">
        {scans.length === 0 && <Text size="sm">Nothing was scanned yet.</Text>}
        {[...scans].reverse().map((scan) => (
          <Run key={scan.record.id} scan={scan} />
        ))}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => scanning.openSheet()}>
            New scan…
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Run({ scan }: { readonly scan: Scan }) {
  const { scanning } = useApp();
  const { record } = scan;
  const { id, name, state } = record;
  const failures = failuresOf(scan);
  const summaries = useSession((state) => state.summaries);
  const counts = useMemo(() => scanCounts(scan, summaries), [scan, summaries]);
  // Of one that is over: passed over, and excluded no more.
  const left = useMemo(
    () => (state === "finished" ? leftToSearch(scan, summaries).length : 0),
    [scan, state, summaries],
  );
  const excluded = excludedText({ excluded: counts.excluded - left });
  const date = new Date(record.created).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
  return (
    <section className={classes.run} data-state={state} aria-label={name}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Stack gap={2} miw={0}>
          <Group gap={8}>
            <Text fw={600} size="sm">
              {name}
            </Text>
            <Badge size="sm" variant="light" color={colors[state]}>
              {state}
            </Badge>
          </Group>
          <Text size="xs" c="dimmed">
            {`${date}: ${counts.done} of ${imageCount(counts.total)}`}
            {failures.length > 0 && `, ${failures.length} could not be searched`}
            {excluded !== "" && `, ${excluded}`}
            {left > 0 && `, ${left.toLocaleString("en")} passed over that ${left === 1 ? "is" : "are"} included now`}
          </Text>
        </Stack>
        <Group gap={6} wrap="nowrap">
          {state === "running" && <Act of={name} what="Pause" run={scanning.pause} />}
          {left > 0 && <Act of={name} what={`Search ${left} more`} run={() => void scanning.resume(id)} />}
          {state === "paused" && <Act of={name} what="Resume" run={() => void scanning.resume(id)} />}
          {(state === "running" || state === "paused") && (
            <Act of={name} what="Cancel" run={() => scanning.cancel(id)} />
          )}
          <Act of={name} what="Delete" run={() => void scanning.remove(id)} />
        </Group>
      </Group>
      {(state === "running" || state === "paused") && (
        <Progress
          mt={8}
          size={4}
          value={(100 * counts.done) / Math.max(1, counts.total)}
          color={colors[state]}
          aria-label={`Progress of ${name}`}
        />
      )}
      {failures.length > 0 && (
        <ul className={classes.failures} aria-label={`What ${name} could not search`}>
          {failures.map(({ key, reason }) => (
            <Failure key={key} of={key} reason={reason} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Failure({ of, reason }: { readonly of: string; readonly reason: string }) {
  const itemName = useSession(({ dataset }) => dataset?.items.find(({ key }) => key === of)?.name ?? of);
  return (
    <li>
      <b>{itemName}</b>: {reason}
    </li>
  );
}

interface ActProps {
  readonly of: string;
  readonly what: string;
  readonly run: () => void;
}

function Act({ of, what, run }: ActProps) {
  return (
    <Button size="compact-xs" variant="default" aria-label={`${what} ${of}`} onClick={run}>
      {what}
    </Button>
  );
}
