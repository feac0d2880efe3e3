import { Anchor, Popover, Table, Text } from "@mantine/core";
import { lastRunText, type RunTimes, type SearchTimes } from "../../app/times";
import { counted } from "../../core/counted";
import type { EngineInfo } from "../../worker/protocol";
import { useSession } from "../context";
import classes from "./editor.module.css";

/** How long the last reconstruction took; opened, which engine computes and why, and how long each stage takes. */
export function EngineDetails({ engine }: { readonly engine: EngineInfo }) {
  const run = useSession((state) => state.lastRun);
  const search = useSession((state) => state.lastSearch);
  return (
    <Popover position="top-start" width={360} withinPortal trapFocus returnFocus>
      <Popover.Target>
        <Anchor
          component="button"
          inherit
          className={classes.shrinks}
          data-testid="last-ms"
          title="Which engine computes, and how long each stage takes"
        >
          {lastRunText(run)}
        </Anchor>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" fw={600}>
          {`${engine.backend} (${engine.detail})`}
        </Text>
        <Text size="sm" mb={8}>
          {engine.why}
        </Text>
        <Table data-testid="stages" fz="sm" verticalSpacing={2} horizontalSpacing={0} withRowBorders={false}>
          <Table.Tbody>
            {stages(engine, run, search).map(([stage, time]) => (
              <Table.Tr key={stage}>
                <Table.Td>{stage}</Table.Td>
                <Table.Td ta="end">{time}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Stages and their times. */
function stages(engine: EngineInfo, run: RunTimes | null, search: SearchTimes | null): [string, string][] {
  const rows: [string, string][] = [["A pass of 224 px at the start", msText(engine.warmMs)]];
  if (run !== null) {
    rows.push(["Last rebuilding, to the first preview", msText(run.firstMs)]);
    const others = run.passes - 1;
    if (others > 0) {
      const stage = others === 1 ? "Its other pass" : `Each of its ${others} other passes`;
      rows.push([stage, msText((run.totalMs - run.firstMs) / others)]);
    }
    const all =
      run.stoppedOf === undefined ? "In all" : `To pass ${run.passes} of ${run.stoppedOf}, when it was stopped`;
    rows.push([all, msText(run.totalMs)]);
  }
  if (search !== null) rows.push([`Last search, ${counted(search.looks, "look")} at most`, msText(search.totalMs)]);
  return rows;
}

function msText(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
