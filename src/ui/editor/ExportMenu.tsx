import { Button, Menu } from "@mantine/core";
import {
  ChevronDown,
  FileArchive,
  FileChartColumn,
  FileImage,
  FileInput,
  FileJson,
  FileOutput,
  type LucideIcon,
} from "lucide-react";
import { announce } from "../../app/session";
import { reasonProps } from "../a11y/ReasonButton";
import type { ActionName } from "../actions";
import { useAction } from "../actions/useAction";
import { useApp } from "../context";

/** Everything that can be downloaded. */
export function ExportMenu({ disabled }: { readonly disabled: boolean }) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          disabled={disabled}
          title={disabled ? "No files are open." : undefined}
          rightSection={<ChevronDown size={14} aria-hidden />}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <ExportItem name="export-label" Icon={FileImage} />
        <ExportItem name="export-changed" Icon={FileArchive} />
        <ExportItem name="export-all" Icon={FileArchive} />
        <ExportItem name="export-changes" Icon={FileJson} />
        <ExportItem name="export-report" Icon={FileChartColumn} />
        <ExportItem name="export-suggestions" Icon={FileJson} />
        <ExportItem name="export-decisions" Icon={FileJson} />
        <Menu.Divider />
        <ExportItem name="export-as" Icon={FileOutput} />
        <Menu.Divider />
        <ExportItem name="import" Icon={FileInput} />
      </Menu.Dropdown>
    </Menu>
  );
}

function ExportItem({ name, Icon }: { readonly name: ActionName; readonly Icon: LucideIcon }) {
  const { label, whyNot, run } = useAction(name);
  const { session } = useApp();
  return (
    <Menu.Item
      leftSection={<Icon size={15} />}
      {...reasonProps(whyNot)}
      title={whyNot ?? undefined}
      onClick={() => (whyNot === null ? run() : announce(session, whyNot))}
    >
      {label}
    </Menu.Item>
  );
}
