import { Button, FileButton, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { AsidePart } from "../../app/applyAside";
import type { AsidePlan } from "../../app/asides";
import { asideSummary } from "../../app/asideText";
import type { Aside } from "../../project/asides";
import { ReasonButton } from "../a11y/ReasonButton";

interface AsideRowProps {
  readonly aside: Aside;
  save(): void;
  drop(): void;
  plan(file?: Blob): Promise<AsidePlan>;
  /** Whether it was done. */
  apply(part: AsidePart): Promise<boolean>;
}

/** Work set aside on one image: what it is, why, and what may become of it. */
export function AsideRow({ aside, save, drop, plan, apply }: AsideRowProps) {
  const [isAsking, setAsking] = useState(false);
  const [planned, setPlanned] = useState<AsidePlan | null>(null);
  const [isOutdated, setOutdated] = useState(false);
  const { imageKey, at, reason } = aside;
  const look = (file?: Blob): void => {
    setOutdated(false);
    void plan(file).then(setPlanned);
  };
  const run = (part: AsidePart): void =>
    void apply(part).then((isDone) => {
      setPlanned(null);
      setOutdated(!isDone);
    });
  return (
    <section aria-label={imageKey}>
      <Group justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
        <Stack gap={2} miw={0}>
          <Text fw={600} size="sm" style={{ overflowWrap: "anywhere" }}>
            {imageKey}
          </Text>
          <Text size="sm">{`${reason}.`}</Text>
          <Text size="xs" c="dimmed">
            {`Set aside ${new Date(at).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}: ${asideSummary(aside)}`}
          </Text>
        </Stack>
        <Group gap={6} wrap="nowrap" flex="none">
          <Button size="compact-sm" onClick={() => look()} aria-label={`Apply work on ${imageKey}`}>
            Apply…
          </Button>
          <Button size="compact-sm" variant="default" onClick={save} aria-label={`Download work on ${imageKey}`}>
            Download
          </Button>
          <ReasonButton
            size="compact-sm"
            variant={isAsking ? "filled" : "default"}
            color="red"
            whyNot={null}
            edits
            onClick={isAsking ? drop : () => setAsking(true)}
            aria-label={isAsking ? `Drop work on ${imageKey} for good` : `Drop work on ${imageKey}`}
          >
            {isAsking ? "Drop for good" : "Drop"}
          </ReasonButton>
        </Group>
      </Group>
      {isOutdated && (
        <Text size="sm" mt={6} role="status">
          The label is another since: nothing was done. Press "Apply…" to see what would change now.
        </Text>
      )}
      {planned !== null && <Plan plan={planned} look={look} run={run} />}
    </section>
  );
}

interface PlanProps {
  readonly plan: AsidePlan;
  look(file: Blob): void;
  run(part: AsidePart): void;
}

function Plan({ plan, look, run }: PlanProps) {
  if (plan.state !== "fits") {
    return (
      <Group gap="sm" mt={6} justify="space-between" wrap="nowrap" role="status">
        <Text size="sm">{plan.state === "never" ? `It cannot be applied. ${plan.why}` : plan.why}</Text>
        {plan.state === "unknown" && (
          <FileButton onChange={(file) => file && look(file)}>
            {(props) => (
              <Button {...props} size="compact-sm" variant="default" style={{ flexShrink: 0 }}>
                Choose the label file
              </Button>
            )}
          </FileButton>
        )}
      </Group>
    );
  }
  const { all, same, from } = plan;
  if (all.pixels === 0) {
    return (
      <Text size="sm" mt={6} role="status">
        {`By ${from}, no pixel would change: the label holds this work, or its classes are locked.`}
      </Text>
    );
  }
  return (
    <Stack gap={6} mt={6} role="status">
      <Text size="sm">
        {`By ${from}, ${pixelText(all.pixels)} of the label would change. ${differingText(all.differing)} Masks, hints and suggestions are not brought back; one Undo takes it back, and the work stays here.`}
      </Text>
      <Group gap="sm">
        <ReasonButton size="compact-sm" whyNot={null} edits onClick={() => run("all")}>
          {`Change ${pixelText(all.pixels)}`}
        </ReasonButton>
        {all.differing > 0 && same.pixels > 0 && (
          <ReasonButton size="compact-sm" variant="default" whyNot={null} edits onClick={() => run("same")}>
            {`Only the ${pixelText(same.pixels)} that are as they were`}
          </ReasonButton>
        )}
      </Group>
    </Stack>
  );
}

function differingText(count: number): string {
  if (count === 0) return "All of these are as they were when the work was done.";
  return `Of these ${count.toLocaleString("en")} hold another class than when the work was done: the file was changed there, or you did.`;
}

function pixelText(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "pixel" : "pixels"}`;
}
