import { Text, UnstyledButton } from "@mantine/core";
import { ChevronDown, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import classes from "./panels.module.css";

interface PanelProps {
  readonly title: string;
  /** Shown beside the title. */
  readonly aside?: ReactNode;
  /** Takes the room left over and scrolls inside. */
  readonly grows?: boolean;
  /** Makes it foldable. */
  readonly fold?: { readonly open: boolean; toggle(): void };
  readonly children: ReactNode;
}

/** A section of the right column, which may be foldable. */
export function Panel({ title, aside, grows = false, fold, children }: PanelProps) {
  const open = fold?.open ?? true;
  const heading = (
    <Text size="xs" fw={600} component="h2" m={0}>
      {title}
    </Text>
  );
  const Arrow = open ? ChevronDown : ChevronRight;
  return (
    <section className={classes.panel} data-grows={grows && open} aria-label={title}>
      <div className={classes.header}>
        {fold === undefined ? (
          <div className={classes.fold}>{heading}</div>
        ) : (
          <UnstyledButton
            className={classes.fold}
            aria-label={`${title} panel`}
            aria-expanded={open}
            onClick={fold.toggle}
          >
            <Arrow size={14} aria-hidden />
            {heading}
          </UnstyledButton>
        )}
        <Text size="xs" c="dimmed" component="div" truncate={typeof aside === "string"}>
          {aside}
        </Text>
      </div>
      {open && children}
    </section>
  );
}
