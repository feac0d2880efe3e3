import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { asideSummary } from "../../app/asides";
import type { Aside } from "../../project/asides";
import { ReasonButton } from "../a11y/ReasonButton";
import { useApp } from "../context";

/** Work that could not be put on its labels: what it is, why, and what may become of it. */
export function AsidesDialog() {
  const { session, asides } = useApp();
  const [list, setList] = useState<readonly Aside[] | null>(null);
  const load = useCallback(() => void asides.list().then(setList), [asides]);
  useEffect(load, [load]);
  const close = (): void => session.setState({ dialog: null });
  return (
    <Modal opened onClose={close} title="Work set aside" size={620}>
      <Stack gap="md">
        <Text size="sm">
          {list?.length === 0
            ? "Nothing is set aside in this data set."
            : "Work that does not fit its label any more, or of which a part was damaged. It stays here until you drop it; nothing overwrites it."}
        </Text>
        {list?.map((aside) => (
          <Row
            key={aside.id}
            aside={aside}
            save={() => asides.download(aside)}
            drop={() => void asides.drop(aside).then(load)}
          />
        ))}
        <Group justify="flex-end">
          <Button onClick={close}>Close</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface RowProps {
  readonly aside: Aside;
  save(): void;
  drop(): void;
}

function Row({ aside, save, drop }: RowProps) {
  const [isAsking, setAsking] = useState(false);
  const { imageKey, at, reason } = aside;
  return (
    <section aria-label={imageKey}>
      <Group justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
        <Stack gap={2} miw={0}>
          <Text fw={600} size="sm">
            {imageKey}
          </Text>
          <Text size="sm">{`${reason}.`}</Text>
          <Text size="xs" c="dimmed">
            {`Set aside ${new Date(at).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}: ${asideSummary(aside)}`}
          </Text>
        </Stack>
        <Group gap={6} wrap="nowrap">
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
    </section>
  );
}
