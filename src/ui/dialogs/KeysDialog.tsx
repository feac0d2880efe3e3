import { Kbd, Modal, SimpleGrid, Table, Text } from "@mantine/core";
import { useApp } from "../context";
import { keyList } from "../keys/keyList";

/** All keys ("?"). */
export function KeysDialog() {
  const { session } = useApp();
  return (
    <Modal opened onClose={() => session.setState({ dialog: null })} title="Keys" size={860}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
        {keyList.map(({ group, rows }) => (
          <div key={group}>
            <Text size="sm" fw={600} mb={4}>
              {group}
            </Text>
            <Table verticalSpacing={4} horizontalSpacing={0} fz="xs">
              <Table.Tbody>
                {rows.map(([what, keys]) => (
                  <Table.Tr key={what}>
                    <Table.Td>{what}</Table.Td>
                    <Table.Td ta="right">
                      <Kbd size="xs">{keys}</Kbd>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        ))}
      </SimpleGrid>
    </Modal>
  );
}
