import { Button, Menu } from "@mantine/core";
import { ChevronDown, FileArchive, FileImage, FileJson } from "lucide-react";
import { useApp } from "../context";

/** Everything that can be downloaded. */
export function ExportMenu({ disabled }: { readonly disabled: boolean }) {
  const { output } = useApp();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default" disabled={disabled} rightSection={<ChevronDown size={14} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<FileImage size={15} />} onClick={() => void output.export("png")}>
          This label as PNG
        </Menu.Item>
        <Menu.Item leftSection={<FileArchive size={15} />} onClick={() => void output.export("changed")}>
          Changed labels as zip
        </Menu.Item>
        <Menu.Item leftSection={<FileArchive size={15} />} onClick={() => void output.export("all")}>
          All labels as zip
        </Menu.Item>
        <Menu.Item leftSection={<FileJson size={15} />} onClick={() => void output.export("changes")}>
          List of changes (changes.json)
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
