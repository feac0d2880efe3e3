import { Text, UnstyledButton } from "@mantine/core";
import { ChevronDown, ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import classes from "./panels.module.css";

interface PanelProps {
  readonly title: string;
  /** Shown beside the title. */
  readonly aside?: ReactNode;
  /** Takes the room left over and scrolls inside. */
  readonly grows?: boolean;
  readonly children: ReactNode;
}

/** A section of the right column that can be folded. */
export function Panel({ title, aside, grows = false, children }: PanelProps) {
  const [open, setOpen] = useState(true);
  const Arrow = open ? ChevronDown : ChevronRight;
  return (
    <section className={classes.panel} data-grows={grows && open} aria-label={title}>
      <div className={classes.header}>
        <UnstyledButton
          className={classes.fold}
          aria-label={`${title} panel`}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Arrow size={14} aria-hidden />
          <Text size="xs" fw={600} component="h2" m={0}>
            {title}
          </Text>
        </UnstyledButton>
        <Text size="xs" c="dimmed" component="div">
          {aside}
        </Text>
      </div>
      {open && children}
    </section>
  );
}
