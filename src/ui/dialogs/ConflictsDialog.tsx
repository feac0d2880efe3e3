import { Button, Group, Modal, SegmentedControl, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Choice, Conflict, LabelCrop } from "../../app/exchange/conflicts";
import { imageCount, pixels } from "../../app/summary";
import { ReasonButton } from "../a11y/ReasonButton";
import { useCanvas } from "../canvas/useCanvas";
import { useSession } from "../context";
import { colorsOf } from "../panels/drawCrop";
import classes from "./conflicts.module.css";

const words: Readonly<Record<Choice, string>> = { mine: "Keep mine", theirs: "Take theirs", both: "Both" };

/** Images that were worked on here and in the imported file: what is to become of each. Closed, what was done here stays. */
export function ConflictsDialog() {
  const question = useSession((state) => state.conflicts);
  const [chosen, setChosen] = useState<ReadonlyMap<string, Choice>>(new Map());
  if (question === null) return null;
  const { file, conflicts, answer } = question;
  const choiceOf = ({ item }: Conflict): Choice => chosen.get(item.key) ?? "mine";
  const choose = (list: readonly Conflict[], choice: Choice): void => {
    const able = list.filter(({ canBoth }) => canBoth || choice !== "both");
    setChosen(new Map([...chosen, ...able.map(({ item }) => [item.key, choice] as const)]));
  };
  const end = (choices: ReadonlyMap<string, Choice> | null): void => {
    setChosen(new Map());
    answer(choices);
  };
  const changing = conflicts.filter((one) => choiceOf(one) !== "mine").length;
  return (
    <Modal opened onClose={() => end(null)} title={`Conflicts with ${file}`} size={860}>
      <Text size="sm" mb="sm">
        {imageCount(conflicts.length)} {conflicts.length === 1 ? "was" : "were"} worked on here and in the file. Choose
        what stays; nothing of {conflicts.length === 1 ? "it" : "them"} changes before, and each choice is one undo
        step.
      </Text>
      {conflicts.length > 1 && (
        <Group gap="xs" mb="sm" role="group" aria-label="For all images">
          <Text size="sm" fw={500}>
            For all:
          </Text>
          {(["mine", "theirs", "both"] as const).map((choice) => (
            <ReasonButton
              key={choice}
              variant="default"
              size="compact-sm"
              whyNot={choice === "both" && !conflicts.some(({ canBoth }) => canBoth) ? neverBoth : null}
              onClick={() => choose(conflicts, choice)}
            >
              {choice === "both" ? "Both where possible" : words[choice]}
            </ReasonButton>
          ))}
        </Group>
      )}
      <Stack gap="xs" component="ul" className={classes.list}>
        {conflicts.map((one) => (
          <ConflictRow
            key={one.item.key}
            conflict={one}
            choice={choiceOf(one)}
            onChoose={(choice) => choose([one], choice)}
          />
        ))}
      </Stack>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => end(null)}>
          Keep all mine
        </Button>
        <ReasonButton
          whyNot={changing === 0 ? "Mine is kept of all: there is nothing to change." : null}
          onClick={() => end(new Map(conflicts.map((one) => [one.item.key, choiceOf(one)])))}
        >
          {changing === 0 ? "Apply" : `Change ${imageCount(changing)}`}
        </ReasonButton>
      </Group>
    </Modal>
  );
}

const neverBoth = "In each of them both changed or decided the same places.";

interface RowProps {
  readonly conflict: Conflict;
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}

function ConflictRow({ conflict, choice, onChoose }: RowProps) {
  const { item, mine, theirs, canBoth, crops } = conflict;
  const options = (["mine", "theirs", "both"] as const).map((value) => ({
    value,
    label: words[value],
    disabled: value === "both" && !canBoth,
  }));
  return (
    <li className={classes.row} aria-label={item.labelPath}>
      <div className={classes.facts}>
        <Text size="sm" fw={500} className={classes.name}>
          {item.labelPath}
        </Text>
        <SegmentedControl
          size="xs"
          data={options}
          value={choice}
          onChange={(value) => onChoose(value as Choice)}
          aria-label={`What stays of ${item.labelPath}`}
        />
        <Text size="xs" c="dimmed">
          {canBoth ? "Neither touches what the other changed." : "Both changed or decided the same places."}
        </Text>
      </div>
      <Crop crop={crops.before} name="File" text="as opened" />
      <Crop crop={crops.mine} name="Mine" text={sizeText(mine)} isChosen={choice !== "theirs"} />
      <Crop crop={crops.theirs} name="Theirs" text={sizeText(theirs)} isChosen={choice !== "mine"} />
    </li>
  );
}

function sizeText({ pixels: count, decisions }: Conflict["mine"]): string {
  return decisions === 0
    ? pixels(count)
    : `${pixels(count)}, ${decisions} ${decisions === 1 ? "decision" : "decisions"}`;
}

interface CropProps {
  readonly crop: LabelCrop;
  readonly name: string;
  readonly text: string;
  readonly isChosen?: boolean;
}

/** The label in its classes' colours. */
function Crop({ crop: { width, height, ids }, name, text, isChosen = false }: CropProps) {
  const { canvas, made, attach } = useCanvas();
  const table = useSession((state) => state.dataset?.classes);
  useEffect(() => {
    const colors = Uint32Array.from(ids, colorsOf(table ?? []));
    const data = new ImageData(new Uint8ClampedArray(colors.buffer), width, height);
    canvas?.getContext("2d")?.putImageData(data, 0, 0);
  }, [ids, width, height, table, canvas]);
  return (
    <figure className={classes.crop} data-chosen={isChosen || undefined}>
      <canvas key={made} ref={attach} width={width} height={height} aria-hidden />
      <figcaption>
        <b>{name}</b>
        <span>{text}</span>
      </figcaption>
    </figure>
  );
}
