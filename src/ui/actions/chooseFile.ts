/** Asks for a file of JSON or JSON Lines. */
export function chooseFile(chosen: (file: File) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".jsonl,.json";
  input.onchange = () => {
    const file = input.files?.[0];
    if (file !== undefined) chosen(file);
  };
  input.click();
}
