import { ActionIcon, Button, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { Info, PanelRight, Save, Settings, TriangleAlert } from "lucide-react";
import { imageCount } from "../../app/summary";
import { useAction } from "../actions/useAction";
import { useApp, useSession, useSettings } from "../context";
import { ExportMenu } from "../editor/ExportMenu";
import shell from "../editor/editor.module.css";
import { IconButton } from "../editor/IconButton";
import { ReviewButton } from "../editor/ReviewButton";
import { SchemeMenu } from "../editor/SchemeMenu";
import { ViewSwitch } from "../editor/ViewSwitch";
import { Logo } from "../start/Logo";

/** Which data set it is, and what can be done with all of it. */
export function DataSetBar() {
  const { session, files } = useApp();
  const dataset = useSession((state) => state.dataset);
  const problems = useSession((state) => state.problems.length);
  const [save, settings, panels] = [useAction("save"), useAction("settings"), useAction("panels")];
  const panelsOpen = useSettings((state) => state.panelsOpen);
  return (
    <header className={shell.bar}>
      <Tooltip label="Back to the start screen; work is kept">
        <UnstyledButton aria-label="Start screen" onClick={() => void files.close()} style={{ display: "flex" }}>
          <Logo size={26} />
        </UnstyledButton>
      </Tooltip>
      <ViewSwitch />
      <div style={{ flex: 1, minWidth: 0 }}>
        <Text size="sm" fw={600} truncate lh={1.25} component="h1">
          {dataset?.name}
        </Text>
        <Text size="xs" c="dimmed" truncate lh={1.25}>
          {dataset && `${dataset.layout}, ${imageCount(dataset.items.length)}`}
        </Text>
      </div>
      {problems > 0 && (
        <Button
          variant="subtle"
          color="yellow"
          leftSection={<TriangleAlert size={15} />}
          onClick={() => session.setState({ dialog: "report" })}
        >
          {problems} {problems === 1 ? "problem" : "problems"}
        </Button>
      )}
      <ReviewButton />
      <ExportMenu disabled={dataset === null} />
      <Button leftSection={<Save size={15} />} disabled={!save.enabled} onClick={save.run}>
        {save.label}
      </Button>
      <IconButton action={settings}>
        <Settings size={17} />
      </IconButton>
      <Tooltip label="About, licences and the model">
        <ActionIcon aria-label="About" onClick={() => session.setState({ dialog: "about" })}>
          <Info size={17} />
        </ActionIcon>
      </Tooltip>
      <SchemeMenu />
      <IconButton action={panels} pressed={panelsOpen}>
        <PanelRight size={17} />
      </IconButton>
    </header>
  );
}
