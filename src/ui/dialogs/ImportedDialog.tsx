import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import { outcomeText } from "../../app/exchange/outcome";
import { useApp, useSession } from "../context";
import { ProblemTable } from "./ProblemTable";

/** What an import brought, what it left out and why. */
export function ImportedDialog() {
  const { session } = useApp();
  const imported = useSession((state) => state.imported);
  if (imported === null) return null;
  const close = (): void => session.setState({ dialog: null, imported: null });
  return (
    <Modal
      opened
      onClose={close}
      title={`${imported.kind === "decisions" ? "Decisions" : "Suggestions"} of ${imported.file}`}
      size={860}
    >
      <Text size="sm" mb="sm">
        {outcomeText(imported)}
      </Text>
      {imported.ended !== null && (
        <Alert color="yellow" mb="sm" title="The import ended early">
          {imported.ended} What was imported until then stays; importing the file again goes on from there.
        </Alert>
      )}
      {imported.left.length > 0 && <ProblemTable problems={imported.left} />}
      <Group justify="flex-end" mt="md">
        <Button onClick={close}>Continue</Button>
      </Group>
    </Modal>
  );
}
