import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import type { Aside } from "../../project/asides";
import { useApp } from "../context";
import { AsideRow } from "./AsideRow";

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
            : "Work that does not fit its label any more, or of which a part was damaged. It stays here until you drop it; nothing overwrites it. What it changed can be put on the label as it is now, after you saw how much that is."}
        </Text>
        {list?.map((aside) => (
          <AsideRow
            key={aside.id}
            aside={aside}
            save={() => asides.download(aside)}
            drop={() => void asides.drop(aside).then(load)}
            plan={(file) => asides.plan(aside, file)}
            apply={(part) => asides.apply(aside, part)}
          />
        ))}
        <Group justify="flex-end">
          <Button onClick={close}>Close</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
