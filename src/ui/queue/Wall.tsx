import { Checkbox, Text } from "@mantine/core";
import { Check, X } from "lucide-react";
import { othersText } from "../../app/bulkDecisions";
import type { QueueEntry } from "../../app/queueList";
import type { QueueState } from "../../app/queueState";
import { imageCount, pixels } from "../../app/summary";
import { shownPercent } from "../../review/doubt";
import { ReasonButton } from "../a11y/ReasonButton";
import { focusCanvas } from "../canvas/focus";
import { useApp, useSession } from "../context";
import { PairTags } from "./PairTags";
import { Percent } from "./QueueList";
import classes from "./queue.module.css";
import { useQueue } from "./useQueue";
import { WallTiles } from "./WallTiles";

/** All findings of a pair of classes as crops: the bad ones are deselected, the rest accepted at once. */
export function Wall() {
  const wall = useQueue((state) => state.wall);
  if (wall === null) return null;
  return (
    <div className={classes.center}>
      <WallHead wall={wall} />
      <Tiles wall={wall} key={wall.pair} />
    </div>
  );
}

interface WallProps {
  readonly wall: NonNullable<QueueState["wall"]>;
}

function WallHead({ wall }: WallProps) {
  const { queueing } = useApp();
  const running = useSession((state) => state.changingMany !== null);
  const { entries, chosen, preview } = wall;
  const isCounting = preview.counted < preview.of;
  const others = entries.length - chosen.size;
  const [from, to] = wall.pair.split(" ").map(Number);
  const kept = isCounting ? 0 : preview.left;
  return (
    <div className={classes.wallHead}>
      <span className={classes.wallPair}>
        <PairTags from={from} to={to} />
      </span>
      <Text size="xs" c="dimmed" className={classes.preview} data-testid="wall-preview">
        {chosen.size === 0
          ? "None of these is chosen"
          : isCounting
            ? `Counting: ${preview.counted} of ${imageCount(preview.of)}`
            : `Changes ${pixels(preview.pixels)} in ${imageCount(preview.images)}${othersText(preview)}`}
        {kept > 0 && `; ${kept} would change nothing (locked, excluded or changed since)`}
      </Text>
      <Checkbox
        size="xs"
        label="All"
        checked={others === 0}
        indeterminate={others > 0 && chosen.size > 0}
        onChange={() => queueing.chooseAll(others > 0)}
      />
      {others > 0 && (
        <ReasonButton
          variant="default"
          leftSection={<X size={15} />}
          whyNot={running ? busy : null}
          edits
          onClick={() => void queueing.decideWall("rejected").then(focusCanvas)}
        >
          {rejectText(others, entries.length)}
        </ReasonButton>
      )}
      <ReasonButton
        color="teal"
        leftSection={<Check size={15} />}
        whyNot={running ? busy : whyNotAccept(wall)}
        edits
        onClick={() => void queueing.decideWall("accepted").then(focusCanvas)}
      >
        Accept {(isCounting ? chosen.size : preview.findings).toLocaleString("en")} of{" "}
        {entries.length.toLocaleString("en")}
      </ReasonButton>
    </div>
  );
}

function rejectText(others: number, all: number): string {
  if (others < all) return others === 1 ? "Reject the other" : `Reject the other ${others.toLocaleString("en")}`;
  return all === 1 ? "Reject it" : `Reject all ${all.toLocaleString("en")}`;
}

const busy = "A change in many images is under way.";

/** Why nothing chosen can be accepted now; null when it can. */
function whyNotAccept({ chosen, preview }: WallProps["wall"]): string | null {
  if (chosen.size === 0) return "None of these is chosen.";
  if (preview.counted < preview.of) return "What they would change is still being counted.";
  return preview.findings === 0 ? "They would change nothing: locked, excluded or changed since." : null;
}

function Tiles({ wall: { entries, chosen } }: WallProps) {
  const { queueing } = useApp();
  return (
    <WallTiles<QueueEntry>
      label="Findings of this pair"
      entries={entries}
      isChosen={({ id }) => chosen.has(id)}
      toggle={({ id }) => queueing.toggle(id)}
      say={({ finding, confidence }) => `${finding.area} pixels, ${shownPercent(confidence)} %`}
      aside={({ confidence }) => <Percent confidence={confidence} />}
    />
  );
}
