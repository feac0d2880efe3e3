import { Badge, ScrollArea, Table } from "@mantine/core";
import type { Problem } from "../../dataset/types";

/** More rows than this would only slow the page; whoever shows the table says how many there are. */
const shownRows = 500;

/** Files that were left out or deserve a look: why, and what to do. */
export function ProblemTable({ problems }: { readonly problems: readonly Problem[] }) {
  return (
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
  );
}
