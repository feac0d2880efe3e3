import { ScrollArea, Text, TextInput, UnstyledButton } from "@mantine/core";
import { Search } from "lucide-react";
import { useRef, useState } from "react";
import type { ImageState } from "../../app/session";
import type { DatasetItem } from "../../dataset/types";
import { useApp, useSession } from "../context";
import classes from "./editor.module.css";

const rowHeight = 28;
// One value: a new empty list at each look would count as a change each time.
const noItems: readonly DatasetItem[] = [];

/** All images by name with their state; only the rows in sight exist, so that ten thousand images scroll well. */
export function ImageList() {
  const { images } = useApp();
  const items = useSession((state) => state.dataset?.items ?? noItems);
  const index = useSession((state) => state.index);
  const states = useSession((state) => state.imageStates);
  const [filter, setFilter] = useState("");
  const [top, setTop] = useState(Math.max(0, (index - 5) * rowHeight));
  const viewport = useRef<HTMLDivElement>(null);
  const rows = items
    .map((item, at) => ({ item, at }))
    .filter(({ item }) => item.name.toLowerCase().includes(filter.toLowerCase()));
  const first = Math.max(0, Math.floor(top / rowHeight) - 5);
  const shown = rows.slice(first, first + 60);
  return (
    <nav className={classes.list} aria-label="Images">
      <TextInput
        size="xs"
        m={8}
        placeholder="Filter by name"
        aria-label="Filter images"
        leftSection={<Search size={13} />}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      <ScrollArea style={{ flex: 1 }} viewportRef={viewport} onScrollPositionChange={({ y }) => setTop(y)}>
        {rows.length === 0 && (
          <Text size="xs" c="dimmed" px={10}>
            No image has this name. Clear the filter to see all.
          </Text>
        )}
        <div style={{ height: rows.length * rowHeight, position: "relative" }}>
          <div style={{ position: "absolute", top: first * rowHeight, left: 0, right: 0 }}>
            {shown.map(({ item, at }) => (
              <UnstyledButton
                key={item.key}
                className={classes.row}
                style={{ height: rowHeight }}
                aria-current={at === index}
                title={item.labelPath}
                onClick={() => void images.open(at)}
              >
                <StateDot state={states.get(item.key)} />
                <Text span size="xs" truncate inherit>
                  {item.name}
                </Text>
              </UnstyledButton>
            ))}
          </div>
        </div>
      </ScrollArea>
    </nav>
  );
}

function StateDot({ state }: { readonly state: ImageState | undefined }) {
  const name = stateName(state);
  const label = stateLabels[name];
  return <span className={classes.dot} data-state={name} role="img" aria-label={label} title={label} />;
}

const stateLabels = {
  undecided: "has undecided suggestions",
  changed: "changed",
  kept: "has work from before",
  untouched: "not changed",
} as const;

function stateName(state: ImageState | undefined): keyof typeof stateLabels {
  if (state === undefined) return "untouched";
  if ((state.undecided ?? 0) > 0) return "undecided";
  if (state.changedPixels > 0) return "changed";
  return state.kept ? "kept" : "untouched";
}
