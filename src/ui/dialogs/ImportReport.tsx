import { Badge, Button, Group, Modal, ScrollArea, Table, Text } from "@mantine/core";
import { useApp, useSession } from "../context";
import { HowRead } from "../reading/HowRead";

/** More rows than this would only slow the page; the count says how many there are. */
const shownRows = 500;

/** How the files were read, what could not be opened, and why. */
export function ImportReport() {
  const { session } = useApp();
  const problems = useSession((state) => state.problems);
  const items = useSession((state) => state.dataset?.items.length ?? 0);
  const close = (): void => session.setState({ dialog: null });
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return (
    <Modal opened onClose={close} title="Import report" size={860}>
      <Text size="sm" mb="sm">
        {items === 0 && "Nothing was opened. "}
        {`${items} ${items === 1 ? "image" : "images"} opened; ${errors} left out; ${problems.length - errors} opened with a warning.`}
      </Text>
      <HowRead />
      {problems.length === 0 ? (
        <Text size="sm" c="dimmed">
          Every file could be used.
        </Text>
      ) : (
        <ScrollArea.Autosize mah="55vh">
          <Table fz="xs" verticalSpacing={6} stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>File</Table.Th>
                <Table.Th>Reason</Table.Th>
                <Table.Th>What to do</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {problems.slice(0, shownRows).map(({ path, reason, remedy, severity }) => (
                <Table.Tr key={`${path} ${reason}`}>
                  <Table.Td style={{ wordBreak: "break-all", width: "34%" }}>
                    <Badge size="xs" mr={6} variant="light" color={severity === "error" ? "red" : "yellow"}>
                      {severity === "error" ? "left out" : "warning"}
                    </Badge>
                    {path}
                  </Table.Td>
                  <Table.Td>{reason}</Table.Td>
                  <Table.Td>{remedy}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      )}
      <Group justify="flex-end" mt="md">
        <Button onClick={close}>{items > 0 ? "Continue" : "Close"}</Button>
      </Group>
    </Modal>
  );
}
