import { ActionIcon, ScrollArea, Tooltip, UnstyledButton } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Eye, EyeOff, Lock, LockOpen } from "lucide-react";
import { useRef } from "react";
import { classesOf, type OpenImage } from "../../app/session";
import type { ClassInfo } from "../../core/classTable";
import { rgbToHex } from "../../core/palette";
import { useApp, useDocument, useSession, useSettings } from "../context";
import { ClassEditor } from "./ClassEditor";
import { Panel } from "./Panel";
import classes from "./panels.module.css";

/** px, as in the style sheet. */
const rowHeight = 28;
/** Rows beside those in sight: usual class lists are all there, for screen readers and for finding in the page. */
const overscan = 60;

/** The classes: choose one to paint with, hide, lock, rename, recolour, make void. Thousands of them stay fluent. */
export function ClassPanel({ image }: { readonly image: OpenImage }) {
  const { settings } = useApp();
  const open = useSettings((state) => state.classesOpen);
  const table = useSession(classesOf);
  const chosen = useSettings((state) => state.classId);
  const name = table.find(({ id }) => id === chosen)?.name ?? "none";
  const viewport = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: table.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => rowHeight,
    getItemKey: (place) => table[place].id,
    overscan,
  });
  return (
    <Panel
      title="Classes"
      grows
      aside={`paints ${name}`}
      fold={{ open, toggle: () => settings.setState({ classesOpen: !open }) }}
    >
      <ScrollArea style={{ flex: 1, minHeight: 0 }} viewportRef={viewport}>
        <div className={classes.virtual} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, key, start }) => (
            <div key={key} className={classes.virtualRow} style={{ top: start }}>
              <ClassRow info={table[index]} place={index} image={image} />
            </div>
          ))}
        </div>
      </ScrollArea>
    </Panel>
  );
}

interface ClassRowProps {
  readonly info: ClassInfo;
  readonly place: number;
  readonly image: OpenImage;
}

function ClassRow({ info, place, image }: ClassRowProps) {
  const { settings, editing } = useApp();
  const { id, name, color, ignored } = info;
  const chosen = useSettings((state) => state.classId === id);
  const hidden = useSettings((state) => state.hiddenClasses.has(id));
  const locked = useDocument(image.document, (state) => state.locked.has(id));
  return (
    <div className={classes.class} data-chosen={chosen}>
      <span className={classes.digit}>{place < 9 ? place + 1 : ""}</span>
      <ClassEditor info={info}>
        <UnstyledButton
          className={classes.swatch}
          style={{ background: rgbToHex(color) }}
          aria-label={`Edit class ${name}`}
          title="Name, colour, void"
        />
      </ClassEditor>
      <UnstyledButton
        className={classes.className}
        aria-pressed={chosen}
        aria-label={`Paint with ${name}`}
        title={`${name} (id ${id})`}
        onClick={() => editing.chooseClass(place)}
        style={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}
      >
        {name}
        {ignored && <span style={{ opacity: 0.6 }}> (void)</span>}
      </UnstyledButton>
      <Tooltip label={hidden ? "Show this class" : "Hide this class"}>
        <ActionIcon
          size={22}
          aria-label={`Hide ${name}`}
          aria-pressed={hidden}
          onClick={() => settings.setState(({ hiddenClasses }) => ({ hiddenClasses: toggled(hiddenClasses, id) }))}
        >
          {hidden ? <EyeOff size={14} /> : <Eye size={14} opacity={0.55} />}
        </ActionIcon>
      </Tooltip>
      <Tooltip label={locked ? "Unlock: tools and accepts may change it" : "Lock: neither tools nor accepts change it"}>
        <ActionIcon
          size={22}
          aria-label={`Lock ${name}`}
          aria-pressed={locked}
          color={locked ? "orange" : "gray"}
          onClick={() => editing.setLocked(id, !locked)}
        >
          {locked ? <Lock size={14} /> : <LockOpen size={14} opacity={0.55} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function toggled(set: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
