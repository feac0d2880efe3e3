import { Button, Group, Modal, Text } from "@mantine/core";
import { imageCount, problemCounts } from "../../app/summary";
import { useApp, useSession } from "../context";
import { HowRead } from "../reading/HowRead";
import { ProblemTable } from "./ProblemTable";

/** How the files were read, what could not be opened, and why. */
export function ImportReport() {
  const { session } = useApp();
  const problems = useSession((state) => state.problems);
  const items = useSession((state) => state.dataset?.items.length ?? 0);
  const close = (): void => session.setState({ dialog: null });
  return (
    <Modal opened onClose={close} title="Import report" size={860}>
      <Text size="sm" mb="sm">
        {items === 0 && "Nothing was opened. "}
        {`${imageCount(items)} opened${problems.length === 0 ? "" : `; ${problemCounts(problems)}`}.`}
      </Text>
      <HowRead />
      {problems.length === 0 ? (
        <Text size="sm" c="dimmed">
          Every file could be used.
        </Text>
      ) : (
        <ProblemTable problems={problems} />
      )}
      <Group justify="flex-end" mt="md">
        <Button onClick={close}>{items > 0 ? "Continue" : "Close"}</Button>
      </Group>
    </Modal>
  );
}
