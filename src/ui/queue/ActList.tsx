import { Group, Modal, Stack, Text } from "@mantine/core";
import { useStore } from "zustand";
import { bulkActs } from "../../app/decisionLog";
import { imageCount } from "../../app/summary";
import type { DecidedAct } from "../../project/decidedActs";
import { ReasonButton } from "../a11y/ReasonButton";
import { useApp, useSession } from "../context";

/** A name more than these would fill the line. */
const mostNamed = 3;

/** What single presses decided, changed by a rule, relabelled or imported in several images, the newest first, each to be taken back. */
export function ActList() {
  const { session, queueing, lintWall, removing, exchange } = useApp();
  const found = useStore(queueing.acts, (state) => state.acts);
  const fixed = useStore(lintWall.acts, (state) => state.acts);
  const relabelled = useStore(removing.acts, (state) => state.acts);
  const imported = useStore(exchange.acts, (state) => state.acts);
  const bulk = [
    ...bulkActs(found).map((act) => ({ act, of: queueing })),
    ...bulkActs(fixed).map((act) => ({ act, of: lintWall })),
    ...relabelled.map((act) => ({ act, of: removing })),
    ...imported.map((act) => ({ act, of: exchange })),
  ].sort((a, b) => b.act.at - a.act.at);
  return (
    <Modal
      opened
      onClose={() => session.setState({ dialog: null })}
      title="Take back what was done in several images"
      size={620}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          Labels and findings become what they were before, but for images whose same pixels were edited since: these
          stay as they are, are named, and can be tried again.
        </Text>
        {bulk.length === 0 && <Text size="sm">Nothing is left to take back.</Text>}
        {bulk.map(({ act, of }) => (
          <Act key={act.id} act={act} takeBack={() => void of.takeBack(act)} />
        ))}
      </Stack>
    </Modal>
  );
}

function Act({ act, takeBack }: { readonly act: DecidedAct; readonly takeBack: () => void }) {
  const isRunning = useSession((state) => state.changingMany !== null);
  const items = useSession((state) => state.dataset?.items);
  const names = act.parts.slice(0, mostNamed).map(({ key }) => items?.find((one) => one.key === key)?.name ?? key);
  const others = act.parts.length > mostNamed ? `, ${act.parts.length - mostNamed} more` : "";
  const edited = act.parts.filter(({ stands }) => stands === "edited").length;
  const unopened = act.parts.filter(({ stands }) => stands === "unopened").length;
  const why = [
    edited > 0 ? `edited there since in ${imageCount(edited)}` : "",
    unopened > 0 ? `${imageCount(unopened)} could not be opened` : "",
  ].filter((one) => one !== "");
  const date = new Date(act.at).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
  return (
    <Group component="section" aria-label={act.text} justify="space-between" wrap="nowrap" gap="sm">
      <Stack gap={2} miw={0}>
        <Text fw={600} size="sm">
          {act.text}
        </Text>
        <Text size="xs" c="dimmed">
          {`${date}, in ${imageCount(act.parts.length)}: ${names.join(", ")}${others}`}
        </Text>
        {why.length > 0 && <Text size="xs">{`Not taken back: ${why.join("; ")}.`}</Text>}
      </Stack>
      <ReasonButton
        size="compact-sm"
        variant="default"
        flex="none"
        tip="Take back what this press did"
        whyNot={isRunning ? "A change in many images is under way." : null}
        edits
        aria-label={`Undo all: ${act.text}`}
        onClick={takeBack}
      >
        Undo all
      </ReasonButton>
    </Group>
  );
}
