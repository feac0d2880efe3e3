import { SelfCheckDialog } from "../check/SelfCheckDialog";
import { useSession } from "../context";
import { ScanDialog } from "../dataset/ScanDialog";
import { ScanList } from "../dataset/ScanList";
import { ActList } from "../queue/ActList";
import { SettingsDialog } from "../settings/SettingsDialog";
import { AboutDialog } from "./AboutDialog";
import { AsidesDialog } from "./AsidesDialog";
import { ConflictsDialog } from "./ConflictsDialog";
import { DeleteClassDialog } from "./DeleteClassDialog";
import { ExportAsDialog } from "./ExportAsDialog";
import { ImportedDialog } from "./ImportedDialog";
import { ImportReport } from "./ImportReport";
import { KeysDialog } from "./KeysDialog";
import { QuestionDialog } from "./QuestionDialog";

/** The dialog that is open, if any. */
export function Dialogs() {
  const dialog = useSession((state) => state.dialog);
  return (
    <>
      {dialog === "scan" && <ScanDialog />}
      {dialog === "scans" && <ScanList />}
      {dialog === "acts" && <ActList />}
      {dialog === "report" && <ImportReport />}
      {dialog === "imported" && <ImportedDialog />}
      {dialog === "self-check" && <SelfCheckDialog />}
      {dialog === "export-as" && <ExportAsDialog />}
      {dialog === "keys" && <KeysDialog />}
      {(dialog === "settings" || dialog === "change-keys") && <SettingsDialog key={dialog} />}
      {dialog === "asides" && <AsidesDialog />}
      {dialog === "about" && <AboutDialog />}
      <ConflictsDialog />
      <QuestionDialog />
      <DeleteClassDialog />
    </>
  );
}
