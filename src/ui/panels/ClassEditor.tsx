import { ColorInput, Popover, Stack, Switch, Text, TextInput, UnstyledButton } from "@mantine/core";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { isCodedByUser } from "../../app/addingClasses";
import { classesOf } from "../../app/session";
import { type ClassInfo, classOf } from "../../core/classTable";
import { parseHex, rgbToHex } from "../../core/palette";
import { ReasonButton } from "../a11y/ReasonButton";
import { useApp, useSession, useWhyReadOnly } from "../context";
import classes from "./panels.module.css";

/** The swatch of one class, in the colour of the screen, with a popover to change its name, colour and void flag. */
export function ClassEditor({ info }: { readonly info: ClassInfo }) {
  const { editing, removing } = useApp();
  // The screen may show another.
  const color = useSession((state) => classOf(classesOf(state), info.id)?.color ?? info.color);
  const isInFiles = useSession(({ dataset }) => dataset !== null && isCodedByUser(dataset, info.id));
  const [open, setOpen] = useState(false);
  const [name, setName] = useState(info.name);
  const whyNot = useWhyReadOnly();
  const disabled = whyNot !== null;
  const rename = (): void => {
    const wanted = name.trim();
    if (wanted !== "" && wanted !== info.name) editing.changeClass(info.id, { name: wanted });
    else setName(info.name);
  };
  const recolor = (text: string): void => {
    const color = parseHex(text);
    if (color !== null) editing.changeClass(info.id, { color });
  };
  return (
    <Popover opened={open} onChange={setOpen} position="left" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <UnstyledButton
          className={classes.swatch}
          style={{ background: rgbToHex(info.color) }}
          aria-label={`Edit class ${info.name}`}
          title="Name, colour, void"
          onClick={() => setOpen(!open)}
        />
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs" w={200}>
          {whyNot !== null && <Text size="xs">{whyNot}</Text>}
          <TextInput
            size="xs"
            disabled={disabled}
            label="Class name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            onBlur={rename}
            onKeyDown={(event) => event.key === "Enter" && rename()}
          />
          <ColorInput
            size="xs"
            disabled={disabled}
            label={isInFiles ? "Colour, in the files too" : "Display colour"}
            format="hex"
            eyeDropperButtonProps={{ "aria-label": "Pick a colour from the screen" }}
            popoverProps={{ withinPortal: false }}
            defaultValue={rgbToHex(color)}
            onChangeEnd={recolor}
          />
          <Switch
            size="xs"
            disabled={disabled}
            label="Void: ignored by the model"
            checked={info.ignored}
            onChange={(event) => editing.changeClass(info.id, { ignored: event.currentTarget.checked })}
          />
          <ReasonButton
            size="compact-xs"
            variant="light"
            color="red"
            whyNot={whyNot}
            leftSection={<Trash2 size={13} />}
            onClick={() => {
              setOpen(false);
              void removing.remove(info.id);
            }}
          >
            Delete class
          </ReasonButton>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
