import { Badge, Text, UnstyledButton } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { QueueEntry } from "../../app/queueList";
import { shownPercent } from "../../review/doubt";
import { focusCanvas } from "../canvas/focus";
import { useApp, useSession } from "../context";
import { ItemName } from "../dataset/ItemName";
import { CropPair } from "./CropPair";
import { ListHead } from "./ListHead";
import { PairTags } from "./PairTags";
import classes from "./queue.module.css";
import { useQueue } from "./useQueue";

/** CSS px; as .card says. */
const cardHeight = 76;

/** All findings that wait, in order; only the cards in sight exist. */
export function QueueList() {
  const { queueing } = useApp();
  const entries = useQueue((state) => state.entries);
  const current = useQueue((state) => state.current?.id ?? null);
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => cardHeight,
    overscan: 4,
  });
  const at = entries.findIndex(({ id }) => id === current);
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at);
  }, [at, rows]);
  return (
    <nav className={classes.list} aria-label="Findings">
      <ListHead />
      <div ref={scroll} className={classes.scroll}>
        <div style={{ height: rows.getTotalSize(), position: "relative" }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const entry = entries[index];
            return (
              <UnstyledButton
                key={entry.id}
                className={classes.card}
                style={{ top: start }}
                aria-current={entry.id === current}
                onClick={() => {
                  queueing.closeWall();
                  queueing.select(entry.id);
                  focusCanvas();
                }}
              >
                <Card entry={entry} />
              </UnstyledButton>
            );
          })}
        </div>
      </div>
    </nav>
  );
}

function Card({ entry }: { readonly entry: QueueEntry }) {
  const name = useSession((state) => state.dataset?.items.find(({ key }) => key === entry.key)?.name ?? "");
  const { from, to, decision } = entry.finding;
  return (
    <>
      <CropPair entry={entry} size={64} />
      <span className={classes.cardText}>
        <PairTags from={from} to={to} />
        <span className={classes.facts}>
          <Text span inherit c="dimmed" miw={0} {...(decision === "skipped" ? { title: name } : {})}>
            {decision === "skipped" ? "skipped" : <ItemName name={name} />}
          </Text>
          <Percent confidence={entry.confidence} />
        </span>
      </span>
    </>
  );
}

export function Percent({ confidence }: { readonly confidence: number }) {
  const color = confidence >= 0.8 ? "teal" : confidence < 0.5 ? "red" : "yellow";
  return (
    <Badge size="sm" variant="light" color={color} style={{ flex: "none" }}>
      {shownPercent(confidence)} %
    </Badge>
  );
}
