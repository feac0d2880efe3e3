import { ActionIcon, Button, ColorInput, Popover, Stack, TextInput } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import { freeColor, isColorCoded } from "../../app/addingClasses";
import { announce } from "../../app/tell";
import { parseHex, rgbToHex } from "../../core/palette";
import type { Dataset } from "../../dataset/types";
import { reasonProps } from "../a11y/ReasonButton";
import { focusCanvas } from "../canvas/focus";
import { useApp, useSession, useWhyReadOnly } from "../context";

/** The button that adds a class, with its form. */
export function ClassAdder() {
  const { session } = useApp();
  const dataset = useSession((state) => state.dataset);
  const [open, setOpen] = useState(false);
  const whyNot = useWhyReadOnly();
  if (dataset === null) return null;
  const close = (): void => {
    setOpen(false);
    focusCanvas();
  };
  return (
    <Popover opened={open} onChange={setOpen} position="left-start" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <ActionIcon
          size={28}
          variant="default"
          aria-label="Add class"
          title={whyNot ?? "Add a class"}
          {...reasonProps(whyNot)}
          onClick={() => (whyNot === null ? setOpen(!open) : announce(session, whyNot))}
        >
          <Plus size={15} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Form dataset={dataset} done={close} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Form({ dataset, done }: { readonly dataset: Dataset; readonly done: () => void }) {
  const { adding } = useApp();
  const [name, setName] = useState("");
  const [hex, setHex] = useState(() => rgbToHex(freeColor(dataset)));
  const color = parseHex(hex);
  const wanted = name.trim();
  const add = (): void => {
    if (color === null || wanted === "") return;
    done();
    void adding.add({ name: wanted, color });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Stack gap="xs" w={210}>
        <TextInput
          size="xs"
          label="Name of the new class"
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ColorInput
          size="xs"
          label={isColorCoded(dataset) ? "Colour, in the files too" : "Display colour"}
          format="hex"
          eyeDropperButtonProps={{ "aria-label": "Pick a colour from the screen" }}
          popoverProps={{ withinPortal: false }}
          value={hex}
          onChange={setHex}
        />
        <Button type="submit" disabled={color === null || wanted === ""}>
          Add class
        </Button>
      </Stack>
    </form>
  );
}
