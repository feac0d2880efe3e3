import "@mantine/core/styles.css";
import "./global.css";
import { MantineProvider } from "@mantine/core";
import { Announcer } from "./a11y/Announcer";
import { AppContext, type UiApp, useSession } from "./context";
import { DataSet } from "./dataset/DataSet";
import { Dialogs } from "./dialogs/Dialogs";
import { Editor } from "./editor/Editor";
import { Queue } from "./queue/Queue";
import { Busy } from "./start/Busy";
import { DropOverlay } from "./start/DropOverlay";
import { StartScreen } from "./start/StartScreen";
import { Toasts } from "./start/Toasts";
import { cssVariables, theme } from "./theme";

/** The whole interface around one app. */
export function Root({ app }: { readonly app: UiApp }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <AppContext value={app}>
        <Screens />
        <Dialogs />
        <Busy />
        <Toasts />
        <DropOverlay />
        <Announcer />
      </AppContext>
    </MantineProvider>
  );
}

function Screens() {
  const open = useSession((state) => state.dataset !== null);
  const view = useSession((state) => state.view);
  if (!open) return <StartScreen />;
  if (view === "queue") return <Queue />;
  return view === "dataset" ? <DataSet /> : <Editor />;
}
