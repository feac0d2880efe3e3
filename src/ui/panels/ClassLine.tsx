import { ActionIcon, UnstyledButton } from "@mantine/core";
import { Eye, EyeOff, Lock, LockOpen, Pin } from "lucide-react";
import type { OpenImage } from "../../app/session";
import type { ClassInfo } from "../../core/classTable";
import { wholeParts } from "../../core/round";
import { reasonProps } from "../a11y/ReasonButton";
import { useApp, useDocument, useSettings, useWhyReadOnly } from "../context";
import { ClassEditor } from "./ClassEditor";
import classes from "./panels.module.css";

interface ClassLineProps {
  readonly info: ClassInfo;
  /** Of the open label's pixels, 0..1. */
  readonly share: number;
  /** Its key, where it is one of the nine; its place among all otherwise. */
  readonly digit: number;
  readonly image: OpenImage;
}

/** One class of the list with its switches. */
export function ClassLine({ info, share, digit, image }: ClassLineProps) {
  const { settings, editing } = useApp();
  const { id, name, ignored } = info;
  const chosen = useSettings((state) => state.classId === id);
  const hidden = useSettings((state) => state.hiddenClasses.has(id));
  const pinned = useSettings((state) => state.pinnedClasses.has(id));
  const whyNot = useWhyReadOnly();
  const locked = useDocument(image.document, (state) => state.locked.has(id));
  return (
    <div className={classes.class} data-chosen={chosen}>
      <span className={classes.digit}>{digit <= 9 ? digit : ""}</span>
      <ClassEditor info={info} />
      <UnstyledButton
        className={classes.className}
        aria-pressed={chosen}
        aria-label={`Paint with ${name}`}
        title={`${name} (id ${id})`}
        onClick={() => editing.paintWith(id)}
      >
        {name}
        {ignored && <span style={{ opacity: 0.6 }}> (void)</span>}
      </UnstyledButton>
      {share > 0 && <span className={classes.share}>{shareText(share)}</span>}
      <ActionIcon
        title={pinned ? "Unpin" : "Pin to the top of the list"}
        className={classes.quiet}
        size={20}
        aria-label={`Pin ${name}`}
        aria-pressed={pinned}
        onClick={() => settings.setState(({ pinnedClasses }) => ({ pinnedClasses: toggled(pinnedClasses, id) }))}
      >
        <Pin size={13} fill={pinned ? "currentColor" : "none"} />
      </ActionIcon>
      <ActionIcon
        title={hidden ? "Show this class" : "Hide this class"}
        size={20}
        aria-label={`Hide ${name}`}
        aria-pressed={hidden}
        onClick={() => settings.setState(({ hiddenClasses }) => ({ hiddenClasses: toggled(hiddenClasses, id) }))}
      >
        {hidden ? <EyeOff size={14} /> : <Eye size={14} opacity={0.55} />}
      </ActionIcon>
      <ActionIcon
        title={
          whyNot ?? (locked ? "Unlock: tools and accepts may change it" : "Lock: neither tools nor accepts change it")
        }
        {...reasonProps(whyNot)}
        size={20}
        aria-label={`Lock ${name}`}
        aria-pressed={locked}
        color={locked ? "orange" : "gray"}
        onClick={() => editing.setLocked(id, !locked)}
      >
        {locked ? <Lock size={14} /> : <LockOpen size={14} opacity={0.55} />}
      </ActionIcon>
    </div>
  );
}

function shareText(share: number): string {
  const percent = share * 100;
  return percent < 0.1 ? "< 0.1 %" : `${percent < 10 ? percent.toFixed(1) : wholeParts(share)} %`;
}

function toggled(set: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
