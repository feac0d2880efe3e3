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
import { Fragment } from "react";
import { announce } from "../../app/tell";
import { reasonProps } from "../a11y/ReasonButton";
import type { ActionName } from "../actions";
import { useAction } from "../actions/useAction";
import { useApp } from "../context";
import { exportMenu, exportParts } from "./exportItems";

const icons: Readonly<Record<(typeof exportMenu)[number], LucideIcon>> = {
  "export-label": FileImage,
  "export-changed": FileArchive,
  "export-all": FileArchive,
  "export-changes": FileJson,
  "export-report": FileChartColumn,
  "export-suggestions": FileJson,
  "export-decisions": FileJson,
  "export-as": FileOutput,
  import: FileInput,
};

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
        {exportMenu.map((name) => (
          <Fragment key={name}>
            {exportParts.includes(name) && <Menu.Divider />}
            <ExportItem name={name} Icon={icons[name]} />
          </Fragment>
        ))}
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
