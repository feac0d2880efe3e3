import { Button, Loader, Text } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import type { QueueState } from "../../app/queueState";
import { asStage } from "../canvas/focus";
import { useApp, useSession } from "../context";
import { DecisionPanel } from "./DecisionPanel";
import { FindingCanvas } from "./FindingCanvas";
import { OptionsLine } from "./OptionsLine";
import classes from "./queue.module.css";
import { useQueue, useShownSuggestion } from "./useQueue";

/** The finding that is decided on now: its picture, and what can be decided. */
export function ShownFinding() {
  const shown = useQueue((state) => state.shown);
  const problem = useQueue((state) => state.problem);
  if (problem !== null) return <Problem text={problem} />;
  if (shown === null) {
    return (
      <div className={classes.center}>
        <div ref={asStage} className={classes.waiting} aria-busy>
          <Loader size="sm" />
        </div>
      </div>
    );
  }
  return <Opened shown={shown} />;
}

function Opened({ shown }: { readonly shown: NonNullable<QueueState["shown"]> }) {
  const { set, suggestion } = useShownSuggestion(shown);
  const current = useQueue((state) => state.current?.id);
  const isOld = current !== shown.entry.id;
  // Decided just now, or dropped: the next is on its way.
  const found = suggestion;
  return (
    <>
      <div className={classes.center} data-old={isOld} aria-busy={isOld}>
        <OptionsLine shown={shown} />
        {found === null ? (
          <div ref={asStage} className={classes.waiting} />
        ) : (
          <FindingCanvas image={shown.image} suggestion={found} bounds={shown.entry.finding.bounds} />
        )}
      </div>
      <DecisionPanel shown={shown} suggestion={found} reliability={set?.reliability} isOld={isOld} />
    </>
  );
}

function Problem({ text }: { readonly text: string }) {
  const { queueing } = useApp();
  const key = useQueue((state) => state.current?.key);
  const name = useSession((state) => state.dataset?.items.find((one) => one.key === key)?.name ?? "");
  return (
    <div ref={asStage} className={classes.nothing}>
      <TriangleAlert size={28} />
      <Text fw={600}>{name} could not be opened</Text>
      <Text size="sm" c="dimmed" maw={460} ta="center">
        {text}
      </Text>
      <Button variant="default" onClick={() => queueing.step(1)}>
        Go to the next
      </Button>
    </div>
  );
}
