import { Text } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Check } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { asStage } from "../canvas/focus";
import { useSession } from "../context";
import { ItemName } from "../dataset/ItemName";
import { CropPair } from "./CropPair";
import type { CropEntry } from "./crops";
import classes from "./queue.module.css";

/** CSS px, with the gap; as .tile says. */
const tile = { width: 216, height: 142 };

interface WallTilesProps<Entry extends CropEntry> {
  readonly label: string;
  readonly entries: readonly Entry[];
  readonly isChosen: (entry: Entry) => boolean;
  readonly toggle: (entry: Entry) => void;
  /** What it is, after the name of its image. */
  readonly say: (entry: Entry) => string;
  readonly aside?: (entry: Entry) => ReactNode;
}

/** Crops to choose among, of which only those in sight exist. */
export function WallTiles<Entry extends CropEntry>(props: WallTilesProps<Entry>) {
  const { label, entries, isChosen, toggle, say, aside } = props;
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
    if (event.code === "Space" && at >= 0) toggle(entries[at]);
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
      aria-label={label}
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
                isChosen={isChosen(entry)}
                said={say(entry)}
                aside={aside?.(entry)}
                isActive={row * columns + column === at}
                onPress={() => {
                  setActive(row * columns + column);
                  toggle(entry);
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
  readonly entry: CropEntry;
  readonly isChosen: boolean;
  readonly said: string;
  readonly aside: ReactNode;
  readonly isActive: boolean;
  onPress(): void;
}

function Tile({ place, entry, isChosen, said, aside, isActive, onPress }: TileProps) {
  const name = useSession((state) => state.dataset?.items.find(({ key }) => key === entry.key)?.name ?? "");
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list around takes the keys
    <div
      id={`tile-${place}`}
      className={classes.tile}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      aria-label={`${name}, ${said}`}
      data-active={isActive}
      onClick={onPress}
    >
      <CropPair entry={entry} size={97} />
      <span className={classes.tileFacts}>
        <span className={classes.mark} aria-hidden>
          {isChosen ? <Check size={12} /> : null}
        </span>
        <Text span size="xs" style={{ flex: 1, minWidth: 0 }}>
          <ItemName name={name} />
        </Text>
        {aside}
      </span>
    </div>
  );
}
