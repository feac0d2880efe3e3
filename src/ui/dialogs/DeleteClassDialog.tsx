import { Anchor, Button, Group, Modal, NativeSelect, Text } from "@mantine/core";
import { useState } from "react";
import { classesOf, type DeletedClass } from "../../app/session";
import { useApp, useSession, useSettings } from "../context";

/** More images than these are counted, not named. */
const mostNames = 5;

/** What becomes of the pixels of a class that is to be deleted. */
export function DeleteClassDialog() {
  const deleting = useSession((state) => state.deleting);
  return deleting === null ? null : <Content {...deleting} />;
}

function Content({ info, pixels, elsewhere }: DeletedClass) {
  const { removing, images } = useApp();
  const locked = useSettings((state) => state.lockedClasses);
  const others = useSession(classesOf).filter(({ id }) => id !== info.id && !locked.has(id));
  const [to, setTo] = useState("");
  const show = (index: number): void => {
    removing.keep();
    void images.open(index);
  };
  const rest = elsewhere.length - mostNames;
  return (
    <Modal opened onClose={removing.keep} title={`Delete class ${info.name}`} size="md">
      {elsewhere.length > 0 && (
        <Text size="sm" mb="sm">
          {`${elsewhere.length} other ${elsewhere.length === 1 ? "label holds" : "labels hold"} it and must be relabelled first: `}
          {elsewhere.slice(0, mostNames).map(({ name, index }, i) => (
            <span key={index}>
              {i > 0 && ", "}
              <Anchor component="button" size="sm" aria-label={`Show ${name}`} onClick={() => show(index)}>
                {name}
              </Anchor>
            </span>
          ))}
          {rest > 0 && ` and ${rest} more`}. The class stays until then.
        </Text>
      )}
      {pixels > 0 && (
        <NativeSelect
          label={`${pixels.toLocaleString("en")} px of this image become`}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          data={[
            { value: "", label: "Choose a class" },
            ...others.map(({ id, name, ignored }) => ({ value: String(id), label: ignored ? `${name} (void)` : name })),
          ]}
        />
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={removing.keep}>
          Cancel
        </Button>
        {pixels > 0 && (
          <Button disabled={to === ""} onClick={() => void removing.relabel(Number(to))}>
            {elsewhere.length === 0 ? "Relabel and delete" : "Relabel in this image"}
          </Button>
        )}
      </Group>
    </Modal>
  );
}
