import { Button, Group } from "@mantine/core";
import { Files, FolderOpen } from "lucide-react";
import { useRef } from "react";
import { useApp } from "../context";

/** "Open folder" and "Open files". Without a directory picker the folder comes through an upload field. */
export function OpenButtons({ size = "md" }: { readonly size?: "xs" | "md" }) {
  const { files } = useApp();
  const folder = useRef<HTMLInputElement>(null);
  const loose = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement): void => {
    const chosen = [...(input.files ?? [])];
    // The same folder can be chosen again after it changed on disk.
    input.value = "";
    void files.openFiles(chosen);
  };
  const openFolder = async (): Promise<void> => {
    if (!(await files.pickDirectory())) folder.current?.click();
  };
  return (
    <Group gap="sm">
      <Button size={size} variant="default" leftSection={<FolderOpen size={17} />} onClick={() => void openFolder()}>
        Open folder
      </Button>
      <Button size={size} variant="default" leftSection={<Files size={17} />} onClick={() => loose.current?.click()}>
        Open files
      </Button>
      <input
        ref={folder}
        type="file"
        hidden
        multiple
        {...{ webkitdirectory: "" }}
        aria-label="Folder to open"
        data-testid="folder-input"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={loose}
        type="file"
        hidden
        multiple
        accept=".png,.jpg,.jpeg,.webp,.bmp,.gif,.tif,.tiff,.zip,.txt,.json,.csv,.jsonl"
        aria-label="Files to open"
        data-testid="files-input"
        onChange={(event) => take(event.currentTarget)}
      />
    </Group>
  );
}
