import { ActionIcon, ScrollArea, Tooltip, UnstyledButton } from "@mantine/core";
import { Eye, EyeOff, Lock, LockOpen } from "lucide-react";
import { classesOf, type OpenImage } from "../../app/session";
import type { ClassInfo } from "../../core/classTable";
import { rgbToHex } from "../../core/palette";
import { useApp, useDocument, useSession, useSettings } from "../context";
import { ClassEditor } from "./ClassEditor";
import { Panel } from "./Panel";
import classes from "./panels.module.css";

/** The classes: choose one to paint with, hide, lock, rename, recolour, make void. */
export function ClassPanel({ image }: { readonly image: OpenImage }) {
  const table = useSession(classesOf);
  const chosen = useSettings((state) => state.classId);
  const name = table.find(({ id }) => id === chosen)?.name ?? "none";
  return (
    <Panel title="Classes" grows aside={`paints ${name}`}>
      <ScrollArea style={{ flex: 1, minHeight: 0 }}>
        {table.map((info, place) => (
          <ClassRow key={info.id} info={info} place={place} image={image} />
        ))}
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
