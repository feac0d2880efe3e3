import { ScrollArea, Text, TextInput } from "@mantine/core";
import { useDidUpdate } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { FileSearch, Search } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { classRows, digitOrder } from "../../app/classRows";
import { classesOf, type OpenImage } from "../../app/session";
import { classNameOf } from "../../core/classTable";
import { useAction } from "../actions/useAction";
import { focusCanvas } from "../canvas/focus";
import { useApp, useDisplayClasses, useSession, useSettings } from "../context";
import { IconButton } from "../editor/IconButton";
import { ClassAdder } from "./ClassAdder";
import { ClassLine } from "./ClassLine";
import { classSearchId } from "./classSearch";
import { Panel } from "./Panel";
import classes from "./panels.module.css";
import { useIdCounts } from "./useIdCounts";

/** px, as in the style sheet. */
const heights = { class: 24, heading: 20 } as const;
/** Rows beside those in sight: usual class lists are all there, for screen readers and for finding in the page. */
const overscan = 60;

/** The classes: choose one to paint with, find, pin, hide, lock, rename, recolour, make void. Thousands stay fluent. */
export function ClassPanel({ image }: { readonly image: OpenImage }) {
  const { settings } = useApp();
  const open = useSettings((state) => state.classesOpen);
  const chosen = useSettings((state) => state.classId);
  const name = useSession((state) => classNameOf(classesOf(state), chosen));
  return (
    <Panel
      title="Classes"
      grows
      aside={`paints ${name}`}
      fold={{ open, toggle: () => settings.setState({ classesOpen: !open }) }}
    >
      <ClassList image={image} chosen={chosen} />
    </Panel>
  );
}

function ClassList({ image, chosen }: { readonly image: OpenImage; readonly chosen: number }) {
  const { editing } = useApp();
  const { inBrackets } = useAction("find-class");
  const howRead = useAction("how-read");
  const table = useDisplayClasses();
  const pinned = useSettings((state) => state.pinnedClasses);
  const counts = useIdCounts(image.document);
  const [query, setQuery] = useState("");
  const own = useSession((state) => state.dataset?.classes);
  const list = useMemo(() => classRows(table, counts, pinned, query, own), [table, counts, pinned, query, own]);
  const digits = useMemo(
    () => new Map(digitOrder(table, pinned).map(({ id }, place) => [id, place + 1] as const)),
    [table, pinned],
  );
  const viewport = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: list.length,
    getScrollElement: () => viewport.current,
    estimateSize: (place) => heights[list[place].kind],
    getItemKey(place) {
      const row = list[place];
      return row.kind === "class" ? row.info.id : row.text;
    },
    overscan,
  });
  // A class picked in the picture, or by a key, is shown in the list.
  useDidUpdate(() => {
    const place = list.findIndex((row) => row.kind === "class" && row.info.id === chosen);
    if (place >= 0) rows.scrollToIndex(place === 1 ? 0 : place, { align: "auto" });
  }, [chosen]);
  const leave = (): void => {
    setQuery("");
    focusCanvas();
  };
  const keyed = (key: string): void => {
    const first = list.find((row) => row.kind === "class");
    if (key === "Enter" && query !== "" && first?.kind === "class") {
      editing.paintWith(first.info.id);
      leave();
    }
    if (key === "Escape") leave();
  };
  return (
    <>
      <div className={classes.search}>
        <TextInput
          id={classSearchId}
          style={{ flex: 1 }}
          size="xs"
          type="search"
          placeholder={`Find class${inBrackets}`}
          aria-label="Find class"
          leftSection={<Search size={13} />}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={({ key }) => keyed(key)}
        />
        <IconButton action={howRead}>
          <FileSearch size={15} />
        </IconButton>
        <ClassAdder />
      </div>
      <ScrollArea style={{ flex: 1, minHeight: 0 }} viewportRef={viewport}>
        {list.length === 0 && (
          <Text size="xs" c="dimmed" px={12} py={4}>
            No class has this name.
          </Text>
        )}
        <div className={classes.virtual} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, key, start }) => {
            const row = list[index];
            return (
              <div key={key} className={classes.virtualRow} style={{ top: start }}>
                {row.kind === "heading" ? (
                  <Text className={classes.section} component="h3" c="dimmed">
                    {row.text}
                  </Text>
                ) : (
                  <ClassLine
                    info={row.info}
                    share={row.pixels / image.document.labels.data.length}
                    digit={digits.get(row.info.id) ?? 0}
                    image={image}
                  />
                )}
              </div>
            );
          })}
        </div>
      </ScrollArea>
    </>
  );
}
