import { Checkbox, Text } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Check, X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import type { QueueEntry } from "../../app/queueList";
import type { QueueState } from "../../app/queueState";
import { imageCount, pixels } from "../../app/summary";
import { shownPercent } from "../../review/doubt";
import { ReasonButton } from "../a11y/ReasonButton";
import { asStage, focusCanvas } from "../canvas/focus";
import { useApp, useSession } from "../context";
import { CropPair } from "./CropPair";
import { PairTags } from "./PairTags";
import { Percent } from "./QueueList";
import classes from "./queue.module.css";
import { useQueue } from "./useQueue";

/** CSS px, with the gap; as .tile says. */
const tile = { width: 216, height: 142 };

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
  const running = useQueue((state) => state.running !== null);
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
        {isCounting
          ? `Counting: ${preview.counted} of ${imageCount(preview.of)}`
          : `Changes ${pixels(preview.pixels)} in ${imageCount(preview.images)}`}
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
          onClick={() => void queueing.decideWall("rejected").then(focusCanvas)}
        >
          Reject the other {others}
        </ReasonButton>
      )}
      <ReasonButton
        color="teal"
        leftSection={<Check size={15} />}
        whyNot={running ? busy : whyNotAccept(wall)}
        onClick={() => void queueing.decideWall("accepted").then(focusCanvas)}
      >
        Accept {(isCounting ? chosen.size : preview.findings).toLocaleString("en")} of{" "}
        {entries.length.toLocaleString("en")}
      </ReasonButton>
    </div>
  );
}

const busy = "A decision on many images is under way.";

/** Why nothing chosen can be accepted now; null when it can. */
function whyNotAccept({ chosen, preview }: WallProps["wall"]): string | null {
  if (chosen.size === 0) return "None of these is chosen.";
  if (preview.counted < preview.of) return "What they would change is still being counted.";
  return preview.findings === 0 ? "They would change nothing: locked, excluded or changed since." : null;
}

function Tiles({ wall: { entries, chosen } }: WallProps) {
  const { queueing } = useApp();
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const scroll = useRef<HTMLDivElement | null>(null);
  const [active, setActive] = useState(0);
  const columns = Math.max(1, Math.floor(width / tile.width));
  const at = Math.min(active, entries.length - 1);
  const rows = useVirtualizer({
    count: Math.ceil(entries.length / columns),
    getScrollElement: () => scroll.current,
    estimateSize: () => tile.height,
    overscan: 2,
  });

  function key(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.code];
    const edge = { Home: 0, End: entries.length - 1 }[event.code];
    if (event.code === "Space" && at >= 0) queueing.toggle(entries[at].id);
    else if (edge !== undefined) go(edge);
    else if (step !== undefined) go(at + step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function go(to: number): void {
    if (to < 0 || to >= entries.length) return;
    setActive(to);
    rows.scrollToIndex(Math.floor(to / columns));
  }

  return (
    <div
      ref={useMergedRef(measured, scroll, asStage)}
      className={classes.tiles}
      role="listbox"
      aria-multiselectable
      aria-label="Findings of this pair"
      aria-activedescendant={at < 0 ? undefined : `tile-${at}`}
      tabIndex={0}
      onKeyDown={key}
    >
      <div style={{ height: rows.getTotalSize(), position: "relative" }} role="presentation">
        {rows.getVirtualItems().map(({ index: row, start }) => (
          <div key={row} className={classes.tileRow} style={{ top: start }} role="presentation">
            {entries.slice(row * columns, (row + 1) * columns).map((entry, column) => (
              <Tile
                key={entry.id}
                place={row * columns + column}
                entry={entry}
                isChosen={chosen.has(entry.id)}
                isActive={row * columns + column === at}
                onPress={() => {
                  setActive(row * columns + column);
                  queueing.toggle(entry.id);
                }}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

interface TileProps {
  readonly place: number;
  readonly entry: QueueEntry;
  readonly isChosen: boolean;
  readonly isActive: boolean;
  onPress(): void;
}

function Tile({ place, entry, isChosen, isActive, onPress }: TileProps) {
  const name = useSession((state) => state.dataset?.items.find(({ key }) => key === entry.key)?.name ?? "");
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list around takes the keys
    <div
      id={`tile-${place}`}
      className={classes.tile}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      aria-label={`${name}, ${entry.finding.area} pixels, ${shownPercent(entry.confidence)} %`}
      data-active={isActive}
      onClick={onPress}
    >
      <CropPair entry={entry} size={97} />
      <span className={classes.tileFacts}>
        <span className={classes.mark} aria-hidden>
          {isChosen ? <Check size={12} /> : null}
        </span>
        <Text span size="xs" truncate style={{ flex: 1 }}>
          {name}
        </Text>
        <Percent confidence={entry.confidence} />
      </span>
    </div>
  );
}
