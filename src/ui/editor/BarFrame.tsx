import { ActionIcon, Button, Tooltip, UnstyledButton } from "@mantine/core";
import { Info, PanelRight, Save, Settings, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { ReasonButton } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { useApp, useSession, useSettings } from "../context";
import { Logo } from "../start/Logo";
import { ExportMenu } from "./ExportMenu";
import classes from "./editor.module.css";
import { IconButton } from "./IconButton";
import { ReviewButton } from "./ReviewButton";
import { SchemeMenu } from "./SchemeMenu";
import { ViewSwitch } from "./ViewSwitch";

/** The top bar of a data set's screens: where to go on the left, what leaves and what is set on the right. */
export function BarFrame({ children, history }: { readonly children: ReactNode; readonly history?: ReactNode }) {
  const { session, files } = useApp();
  // What is exported is of the set: also while none of its images is open.
  const hasDataset = useSession(({ dataset }) => dataset !== null);
  const problems = useSession((state) => state.problems.length);
  const [save, settings, panels] = [useAction("save"), useAction("settings"), useAction("panels")];
  const panelsOpen = useSettings((state) => state.panelsOpen);
  return (
    <header className={classes.bar}>
      <Tooltip label="Back to the start screen; work is kept">
        <UnstyledButton aria-label="Start screen" onClick={() => void files.close()} style={{ display: "flex" }}>
          <Logo size={26} />
        </UnstyledButton>
      </Tooltip>
      <ViewSwitch />
      {children}
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
      {history}
      <ExportMenu disabled={!hasDataset} />
      <ReasonButton leftSection={<Save size={15} />} tip={save.tip} whyNot={save.whyNot} onClick={save.run}>
        {save.label}
      </ReasonButton>
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
