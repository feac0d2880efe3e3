import { Text } from "@mantine/core";
import { FolderInput } from "lucide-react";
import { useEffect, useState } from "react";
import { useApp } from "../context";
import classes from "./start.module.css";

/** Takes files, folders and zips dropped anywhere in the window. */
export function DropOverlay() {
  const { files } = useApp();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    // Enter and leave fire for every element crossed: the count tells when the window itself is left.
    let depth = 0;
    const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    const count = (event: DragEvent, change: 1 | -1): void => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth + change);
      setOver(depth > 0);
    };
    window.addEventListener("dragenter", (event) => count(event, 1), { signal });
    window.addEventListener("dragleave", (event) => count(event, -1), { signal });
    window.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault(), { signal });
    window.addEventListener(
      "drop",
      (event) => {
        depth = 0;
        setOver(false);
        if (!carriesFiles(event) || event.dataTransfer === null) return;
        event.preventDefault();
        void files.openDrop(event.dataTransfer);
      },
      { signal },
    );
    return () => stop.abort();
  }, [files]);
  if (!over) return null;
  return (
    <div className={classes.drop}>
      <FolderInput size={44} strokeWidth={1.5} />
      <Text size="lg" fw={600}>
        Drop a folder, files or a zip
      </Text>
      <Text size="sm">Images and their label masks. Nothing leaves this computer.</Text>
    </div>
  );
}
