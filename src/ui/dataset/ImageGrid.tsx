import { Button, Stack, Text } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { imageOrder } from "../../app/imageOrder";
import type { DatasetItem } from "../../dataset/types";
import { noFilter } from "../../review/imageFilter";
import { useApp, useSession } from "../context";
import classes from "./dataset.module.css";
import { focusGrid, gridIds } from "./gridFocus";
import { layoutOf, useGridLayout } from "./gridLayout";
import { Tile } from "./Tile";
import { useWanted } from "./useWanted";

/** Above the first row, CSS px. */
const above = 10;
/** Below the last row while the bar of the selected images lies over the end of the list, CSS px. */
const barRoom = 68;
/** Rows beyond those in sight, each way: fewer than a screen. */
const overscan = 2;
// One value: a new empty list at each look would count as a change each time.
const noItems: readonly DatasetItem[] = [];

/** The images as tiles; only those in sight, and a few rows more, exist. */
export function ImageGrid() {
  const { session, dataSetView } = useApp();
  const items = useSession((state) => state.dataset?.items ?? noItems);
  const { shown } = useSession(imageOrder);
  const current = useSession((state) => state.tiles.current);
  const { ref: inside, width } = useElementSize();
  const { ref: sized, height } = useElementSize();
  const scroller = useRef<HTMLDivElement | null>(null);
  const layout = useMemo(() => layoutOf(width, height), [width, height]);
  const { columns, rowHeight } = layout;
  const rows = useVirtualizer({
    count: Math.ceil(shown.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    paddingStart: above,
    initialOffset: session.getState().tiles.top,
  });
  useEffect(() => useGridLayout.setState(layout), [layout]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are measured again
  useLayoutEffect(() => rows.measure(), [rows, rowHeight]);
  const selected = useSession((state) => state.tiles.selected);
  const below = selected.size > 0 && shown.some((at) => selected.has(items[at].key)) ? barRoom : 0;
  const place = shown.findIndex((at) => items[at].key === current);
  useFollowCurrent(place, Math.floor(place / columns), scroller, { rowHeight, below }, width > 0);
  // When the grid goes, it is noted how far it was scrolled.
  useEffect(() => () => session.setState(({ tiles }) => ({ tiles: { ...tiles, top: scrolledTo.top } })), [session]);
  const virtual = width > 0 ? rows.getVirtualItems() : [];
  useWanted(virtual.flatMap(({ index }) => keysOfRow(items, shown, index, columns)));

  return (
    <div className={classes.tiles}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot be cut to what is in sight */}
      <div
        ref={useMergedRef(scroller, sized)}
        id={gridIds.grid}
        className={classes.grid}
        role="grid"
        tabIndex={0}
        aria-label="Images"
        aria-multiselectable
        aria-rowcount={Math.ceil(shown.length / columns)}
        aria-colcount={columns}
        {...(place >= 0 ? { "aria-activedescendant": gridIds.tile(shown[place]) } : {})}
        onScroll={(event) => {
          scrolledTo.top = event.currentTarget.scrollTop;
        }}
      >
        <div ref={inside} style={{ height: rows.getTotalSize() + below, position: "relative" }} role="presentation">
          {virtual.map((row) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names its current cell
            // biome-ignore lint/a11y/useSemanticElements: a table cannot be cut to what is in sight
            <div
              key={row.key}
              className={classes.row}
              role="row"
              aria-rowindex={row.index + 1}
              style={{ height: rowHeight - 10, transform: `translateY(${row.start}px)` }}
            >
              {shown.slice(row.index * columns, (row.index + 1) * columns).map((at, column) => (
                <Tile
                  key={items[at].key}
                  item={items[at]}
                  index={at}
                  column={column}
                  width={layout.width}
                  onChoose={(how) => {
                    dataSetView.click(items[at].key, how);
                    focusGrid();
                  }}
                  onOpen={() => dataSetView.open(items[at].key)}
                />
              ))}
            </div>
          ))}
        </div>
      </div>
      {shown.length === 0 && <NothingShown />}
    </div>
  );
}

/** Outside the state: it changes with every frame of scrolling, and nothing else depends on it. */
const scrolledTo = { top: 0 };

function keysOfRow(items: readonly DatasetItem[], shown: readonly number[], row: number, columns: number) {
  return shown.slice(row * columns, (row + 1) * columns).map((at) => items[at].key);
}

/** Scrolls just so far that the current tile is in sight when it changes; not when the list around it does. */
function useFollowCurrent(
  place: number,
  row: number,
  scroller: { readonly current: HTMLDivElement | null },
  { rowHeight, below }: { readonly rowHeight: number; readonly below: number },
  isReady: boolean,
): void {
  const current = useSession((state) => state.tiles.current);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed list or window is no reason to scroll
  useEffect(() => {
    const element = scroller.current;
    if (element === null || place < 0 || !isReady) return;
    const top = row * rowHeight;
    const bottom = top + rowHeight + above + below;
    if (top < element.scrollTop) element.scrollTo({ top });
    else if (bottom > element.scrollTop + element.clientHeight)
      element.scrollTo({ top: bottom - element.clientHeight });
  }, [current, isReady]);
}

function NothingShown() {
  const { session } = useApp();
  return (
    <div className={classes.nothing}>
      <Stack gap="xs" align="center">
        <Text fw={600}>No image fits the filter</Text>
        <Text size="sm" c="dimmed" maw={420}>
          Take something out of it, or show all images again. A class is found in images whose label was looked at.
        </Text>
        <Button variant="default" onClick={() => session.setState({ filter: noFilter })}>
          Show all images
        </Button>
      </Stack>
    </div>
  );
}
