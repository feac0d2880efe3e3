import { Anchor, Button, Group, Modal, NativeSelect, Text } from "@mantine/core";
import { useState } from "react";
import { classesOf, type DeletedClass } from "../../app/session";
import { imageCount } from "../../app/summary";
import { ReasonButton } from "../a11y/ReasonButton";
import { useApp, useSession, useSettings } from "../context";

/** More images than these are counted, not named. */
const mostNames = 5;

/** What becomes of the pixels of a class that is to be deleted. */
export function DeleteClassDialog() {
  const deleting = useSession((state) => state.deleting);
  return deleting === null ? null : <Content {...deleting} />;
}

function Content({ info, pixels, elsewhere }: DeletedClass) {
  const { removing, images: opening } = useApp();
  const locked = useSettings((state) => state.lockedClasses);
  const choices = useSession(classesOf).filter(({ id }) => id !== info.id && !locked.has(id));
  const [to, setTo] = useState("");
  const show = (index: number): void => {
    removing.keep();
    void opening.open(index);
  };
  const rest = elsewhere.length - mostNames;
  const others = elsewhere.reduce((sum, one) => sum + one.pixels, 0);
  const images = elsewhere.length + (pixels > 0 ? 1 : 0);
  const whyNot = to === "" ? "Choose the class that its pixels become." : null;
  return (
    <Modal opened onClose={removing.keep} title={`Delete class ${info.name}`} size="md">
      {elsewhere.length > 0 && (
        <Text size="sm" mb="sm">
          {`${elsewhere.length} other ${elsewhere.length === 1 ? "label holds" : "labels hold"} it, ${pixelText(others)}: `}
          {elsewhere.slice(0, mostNames).map(({ name, index }, i) => (
            <span key={index}>
              {i > 0 && ", "}
              <Anchor component="button" size="sm" aria-label={`Show ${name}`} onClick={() => show(index)}>
                {name}
              </Anchor>
            </span>
          ))}
          {rest > 0 && ` and ${rest} more`}.{" "}
          {pixels > 0
            ? "Relabelled in all images, the class is deleted at once; in this image alone, it stays until no label holds it."
            : "Relabelled there, the class is deleted."}
        </Text>
      )}
      <NativeSelect
        label={becomeText(pixels, others, imageCount(images))}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        data={[
          { value: "", label: "Choose a class" },
          ...choices.map(({ id, name, ignored }) => ({ value: String(id), label: ignored ? `${name} (void)` : name })),
        ]}
      />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={removing.keep}>
          Cancel
        </Button>
        {pixels > 0 && (
          <ReasonButton
            variant={elsewhere.length === 0 ? "filled" : "default"}
            whyNot={whyNot}
            onClick={() => void removing.relabel(Number(to))}
          >
            {elsewhere.length === 0 ? "Relabel and delete" : "Relabel in this image"}
          </ReasonButton>
        )}
        {elsewhere.length > 0 && (
          <ReasonButton
            whyNot={whyNot}
            tip={`${pixelText(pixels + others)}; one press takes all of it back`}
            onClick={() => void removing.relabelAll(Number(to))}
          >
            {images === 1
              ? "Relabel there and delete"
              : `In all ${imageCount(images)} (${pixelText(pixels + others)}), and delete`}
          </ReasonButton>
        )}
      </Group>
    </Modal>
  );
}

/** Which pixels the choice is for; where it may be for some or for all of them, the buttons say how many. */
function becomeText(pixels: number, others: number, images: string): string {
  if (pixels > 0 && others > 0) return "Its pixels become";
  return pixels > 0 ? `${pixelText(pixels)} of this image become` : `${pixelText(others)} in ${images} become`;
}

function pixelText(count: number): string {
  return `${count.toLocaleString("en")} px`;
}
