import { Text, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { imageCount } from "../../app/summary";
import { focusCanvas } from "../canvas/focus";
import classes from "./queue.module.css";

interface GroupRowProps {
  readonly children: ReactNode;
  readonly isOpen: boolean;
  readonly count: number;
  readonly images: number;
  readonly open: () => void;
}

/** A group of findings that opens as a wall; the keys go to the wall then. */
export function GroupRow({ children, isOpen, count, images, open }: GroupRowProps) {
  return (
    <UnstyledButton
      className={classes.pair}
      aria-current={isOpen}
      onClick={() => {
        open();
        focusCanvas();
      }}
    >
      <span className={classes.pairTags}>{children}</span>
      <span className={classes.pairCount}>
        <Text span inherit fw={600}>
          {count.toLocaleString("en")}
        </Text>
        <Text span size="xs" c="dimmed">
          in {imageCount(images)}
        </Text>
      </span>
    </UnstyledButton>
  );
}
