import { Anchor, ScrollArea, Text, TextInput, UnstyledButton } from "@mantine/core";
import { Search } from "lucide-react";
import { useRef, useState } from "react";
import { imageOrder } from "../../app/imageOrder";
import type { ImageState } from "../../app/session";
import { summaryOf } from "../../app/summaries";
import { imageCount } from "../../app/summary";
import type { DatasetItem } from "../../dataset/types";
import { isNoFilter, noFilter, stateLabel } from "../../review/imageFilter";
import { type ImageSummary, openFindings } from "../../review/imageSummary";
import { useApp, useSession } from "../context";
import { ItemName } from "../dataset/ItemName";
import classes from "./editor.module.css";

const rowHeight = 28;
// One value: a new empty list at each look would count as a change each time.
const noItems: readonly DatasetItem[] = [];

/** The images in the order of the data set view with their state, those that its filter shows; only the rows in sight exist, so that ten thousand images scroll well. */
export function ImageList() {
  const { images, session } = useApp();
  const items = useSession((state) => state.dataset?.items ?? noItems);
  const index = useSession((state) => state.index);
  const states = useSession((state) => state.imageStates);
  const summaries = useSession((state) => state.summaries);
  const filter = useSession((state) => state.filter);
  const order = useSession(imageOrder);
  const [top, setTop] = useState(Math.max(0, (order.placeOf(index) - 5) * rowHeight));
  const viewport = useRef<HTMLDivElement>(null);
  const rows = order.shown;
  const first = Math.max(0, Math.floor(top / rowHeight) - 5);
  const shown = rows.slice(first, first + 60).map((at) => ({ item: items[at], at }));
  const isMore = !isNoFilter({ ...filter, text: "" });
  return (
    <nav className={classes.list} aria-label="Images">
      <TextInput
        size="xs"
        m={8}
        placeholder="Filter by name"
        aria-label="Filter images"
        leftSection={<Search size={13} />}
        value={filter.text}
        onChange={(event) => session.setState({ filter: { ...filter, text: event.currentTarget.value } })}
      />
      {isMore && (
        <Text size="xs" c="dimmed" px={10} pb={6}>
          {`${rows.length} of ${imageCount(items.length)}. `}
          <Anchor component="button" inherit onClick={() => session.setState({ filter: noFilter })}>
            Show all
          </Anchor>
        </Text>
      )}
      <ScrollArea style={{ flex: 1 }} viewportRef={viewport} onScrollPositionChange={({ y }) => setTop(y)}>
        {rows.length === 0 && (
          <Text size="xs" c="dimmed" px={10}>
            {isMore ? "No image fits the filter." : "No image has this name. Clear the filter to see all."}
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
                <StateDot state={states.get(item.key)} summary={summaryOf(summaries, item.key)} />
                <Text span size="xs" miw={0} inherit>
                  <ItemName name={item.name} />
                </Text>
              </UnstyledButton>
            ))}
          </div>
        </div>
      </ScrollArea>
    </nav>
  );
}

interface StateDotProps {
  readonly state: ImageState | undefined;
  readonly summary: ImageSummary;
}

function StateDot({ state, summary }: StateDotProps) {
  const name = stateName(state, summary);
  const label = name === "searched" ? stateLabel(name, summary) : stateLabels[name];
  return <span className={classes.dot} data-state={name} role="img" aria-label={label} title={label} />;
}

const stateLabels = {
  undecided: "has undecided suggestions",
  changed: "changed",
  kept: "has work from before",
  untouched: "not changed",
} as const;

function stateName(state: ImageState | undefined, summary: ImageSummary): keyof typeof stateLabels | "searched" {
  const { score, failure } = summary;
  if ((state?.undecided ?? 0) > 0) return "undecided";
  if (state?.changed === true) return "changed";
  if (state?.changed === null) return "kept";
  return score !== null && failure === null && openFindings(summary).length === 0 ? "searched" : "untouched";
}
