import { ActionIcon, Button, SegmentedControl, Text } from "@mantine/core";
import { Maximize, SquarePen } from "lucide-react";
import { useStore } from "zustand";
import type { QueueState } from "../../app/queueState";
import { useApp } from "../context";
import { openInEditor } from "./openInEditor";
import classes from "./queue.module.css";
import { useQueue } from "./useQueue";
import { findingView, flip } from "./viewStore";
import { zooming } from "./zooming";

/** Above the picture: which image it is, and how the label is drawn. */
export function OptionsLine({ shown }: { readonly shown: NonNullable<QueueState["shown"]> }) {
  const app = useApp();
  const filled = useStore(findingView, (state) => state.filled);
  const splitAt = useStore(findingView, (state) => state.splitAt);
  const at = useQueue(({ entries, current }) => entries.findIndex(({ id }) => id === current?.id));
  const count = useQueue(({ entries }) => entries.length);
  return (
    <div className={classes.options}>
      <Text size="sm" fw={600} truncate data-testid="finding-image">
        {shown.image.item.name}
      </Text>
      <Text size="xs" c="dimmed" className={classes.numbers}>
        {(at + 1).toLocaleString("en")} of {count.toLocaleString("en")}
      </Text>
      <Button variant="default" ml="auto" title="Flip between before and after (\)" onClick={flip}>
        {splitAt === 0 ? "After" : splitAt === 1 ? "Before" : "Before | after"}
      </Button>
      <SegmentedControl
        size="xs"
        aria-label="How labels are drawn"
        value={filled ? "fill" : "outline"}
        data={[
          { value: "outline", label: "Outline" },
          { value: "fill", label: "Fill" },
        ]}
        onChange={(value) => findingView.setState({ filled: value === "fill" })}
      />
      <ActionIcon variant="default" aria-label="Show the finding" title="Show the finding (F)" onClick={zooming.fit}>
        <Maximize size={15} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label="Open in the editor"
        title="Open this image in the editor, with the finding selected"
        onClick={() => void openInEditor(app)}
      >
        <SquarePen size={15} />
      </ActionIcon>
    </div>
  );
}
