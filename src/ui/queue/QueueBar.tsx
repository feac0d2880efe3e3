import { Button, Group, SegmentedControl, Text, Tooltip } from "@mantine/core";
import { ArrowLeft, History, Settings, Undo2 } from "lucide-react";
import { useStore } from "zustand";
import { lintSums } from "../../app/lintSums";
import { ReasonButton } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { focusCanvas } from "../canvas/focus";
import { useApp, useSession } from "../context";
import { ExportMenu } from "../editor/ExportMenu";
import editor from "../editor/editor.module.css";
import { IconButton } from "../editor/IconButton";
import { SchemeMenu } from "../editor/SchemeMenu";
import classes from "./queue.module.css";
import { useQueue } from "./useQueue";

/** Where you are, what is left, and the way back. */
export function QueueBar() {
  const { queueing, lintWall } = useApp();
  const fixed = useStore(lintWall.store, (state) => state.undoable);
  const { rules, checked, total } = useSession(lintSums);
  const dataset = useSession((state) => state.dataset?.name ?? "");
  const kind = useQueue((state) => state.kind);
  const { objects, boundaries } = useQueue((state) => state.counts);
  const decided = useQueue((state) => state.decided);
  const skipped = useQueue((state) => state.skipped);
  const undoable = useQueue((state) => state.undoable);
  const [settings, takeBack] = [useAction("settings"), useAction("take-back")];
  const isLint = kind === "lint";
  const places = rules.reduce((sum, { count }) => sum + count, 0);
  const tab = (label: string, count: number): string => `${label} ${count.toLocaleString("en")}`;
  return (
    <header className={editor.bar}>
      <Tooltip label="Back to where you came from (Esc)">
        <Button variant="subtle" color="gray" leftSection={<ArrowLeft size={16} />} onClick={queueing.close}>
          Back
        </Button>
      </Tooltip>
      <div className={classes.title}>
        <Text size="sm" fw={600} lh={1.25} truncate component="h1">
          Review
        </Text>
        <Text size="xs" c="dimmed" lh={1.25} truncate>
          {dataset}
        </Text>
      </div>
      <SegmentedControl
        size="xs"
        aria-label="What to review"
        value={kind}
        data={[
          { value: "objects", label: tab("Objects", objects) },
          { value: "boundaries", label: tab("Boundaries", boundaries) },
          // Of labels that were not checked no number is true.
          { value: "lint", label: checked === 0 ? "Lint" : tab("Lint", places) },
        ]}
        onChange={(value) => {
          queueing.choose(value as typeof kind);
          focusCanvas();
        }}
      />
      <Group gap={8} wrap="nowrap" ml="auto">
        <Text
          size="xs"
          c="dimmed"
          className={classes.numbers}
          data-testid="queue-progress"
          title={isLint ? "Labels checked as they are now" : "Decided in this visit; left in all images"}
        >
          {isLint
            ? `${checked.toLocaleString("en")} of ${total.toLocaleString("en")} checked`
            : `${decided.toLocaleString("en")} decided, ${(objects + boundaries).toLocaleString("en")} left`}
          {!isLint && skipped > 0 && `, ${skipped.toLocaleString("en")} of them skipped`}
        </Text>
        <ReasonButton
          variant="default"
          leftSection={<Undo2 size={15} />}
          tip={`Take back the newest ${isLint ? "change by a rule, in all its images" : "decision, in whatever image"} (Ctrl+Z)`}
          whyNot={
            (isLint ? fixed : undoable)
              ? null
              : `There is no ${isLint ? "change by a rule" : "decision of this review"} to undo.`
          }
          onClick={() => void (isLint ? lintWall : queueing).undo()}
        >
          Undo
        </ReasonButton>
        <IconButton action={takeBack}>
          <History size={17} />
        </IconButton>
        <ExportMenu disabled={dataset === ""} />
        <IconButton action={settings}>
          <Settings size={17} />
        </IconButton>
        <SchemeMenu />
      </Group>
    </header>
  );
}
