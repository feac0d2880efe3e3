import { useEffect } from "react";
import { focusView } from "../canvas/focus";
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
  useKeysBack();
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

/** A dialog gives the focus back to what had it; where that is gone, the keys go to what the view is about. */
function useKeysBack(): void {
  const isOpen = useSession(
    ({ dialog, question, deleting, conflicts }) =>
      dialog !== null || question !== null || deleting !== null || conflicts !== null,
  );
  useEffect(() => {
    if (isOpen) return;
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) focusView();
    }, giveBackMs);
    return () => clearTimeout(timer);
  }, [isOpen]);
}

/** By then a dialog that closed has given the focus back. */
const giveBackMs = 60;
