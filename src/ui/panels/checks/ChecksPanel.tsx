import { Loader, ScrollArea, Text } from "@mantine/core";
import { useEffect } from "react";
import { emptyText } from "../../../app/checkTexts";
import type { OpenImage } from "../../../app/session";
import { useApp } from "../../context";
import classes from "./checks.module.css";
import { RuleCard } from "./RuleCard";
import { useChecks } from "./useChecks";

/** What shows in the label without the model: a rule each, with what it found and the one thing to do about it. */
export function ChecksPanel({ image }: { readonly image: OpenImage }) {
  const { checking } = useApp();
  const { report, isCurrent } = useChecks();
  useEffect(() => checking.watch(), [checking]);
  return (
    <ScrollArea className={classes.panel} aria-busy={!isCurrent}>
      {report === null && (
        <Text size="xs" c="dimmed" className={classes.line}>
          <Loader size={12} /> Looking at the label
        </Text>
      )}
      {report?.empty && (
        <Text size="xs" className={classes.line} role="note">
          {emptyText}
        </Text>
      )}
      {report?.rules.map((one) => (
        <RuleCard key={one.rule} report={one} image={image} />
      ))}
    </ScrollArea>
  );
}
