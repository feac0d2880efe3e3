import { ActionIcon, Alert, Button, CloseButton, Group as Line, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { Plus } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { OwnKeys } from "../../app/keyBindings";
import { announce } from "../../app/tell";
import { type ActionName, actions, actionsWith } from "../actions";
import { bindingText, keysText } from "../actions/keys";
import { type Refusal, remap, withoutKey } from "../actions/remap";
import { actionGroups } from "../actions/types";
import { useApp, useSettings } from "../context";
import { Group, Row } from "./rows";
import classes from "./settings.module.css";

/** The editor's first: it has most of the keys. */
const groups = [...actionGroups.slice(1), actionGroups[0]];
const names = Object.keys(actions) as ActionName[];

/** Which key of which action is being replaced; a place past the last adds one. */
interface Waiting {
  readonly name: ActionName;
  readonly place: number;
}

interface Problem extends Refusal {
  readonly name: ActionName;
}

/** Every action's keys: click one, then press the new one. */
export function KeySettings() {
  const { session, settings } = useApp();
  const own = useSettings((state) => state.keys);
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  function wait(next: Waiting | null): void {
    setWaiting(next);
    setProblem(null);
    if (next !== null) announce(session, `Press the new key of ${actions[next.name].label}, Esc to leave it`);
  }

  function change(keys: OwnKeys, name: ActionName): void {
    settings.setState({ keys });
    wait(null);
    announce(session, `${actions[name].label}: ${keysText(actionsWith(keys)[name]) || "no key"}`);
  }

  function refuse(found: Problem): void {
    setWaiting(null);
    setProblem(found);
    announce(session, found.refused);
  }

  function pressed({ name, place }: Waiting, event: KeyboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat) return;
    const outcome = event.code === "Escape" ? { keys: own } : remap(own, name, place, event.nativeEvent);
    if (outcome === null) return;
    if ("keys" in outcome) change(outcome.keys, name);
    else refuse({ name, ...outcome });
  }

  return (
    <>
      <Line justify="space-between" mb="sm" wrap="nowrap">
        <Text size="xs" c="dimmed">
          Click a key, then press the new one. Letters go by what the keyboard prints, all others by their place on it.
        </Text>
        <Button
          variant="default"
          disabled={Object.keys(own).length === 0}
          style={{ flex: "none" }}
          onClick={() => {
            settings.setState({ keys: {} });
            wait(null);
            announce(session, "All keys are as they were at first");
          }}
        >
          Reset all keys
        </Button>
      </Line>
      {groups.map((group) => (
        <Group key={group} title={group}>
          {names
            .filter((name) => actions[name].group === group)
            .map((name) => (
              <div key={name}>
                <Row label={actions[name].label}>
                  <ActionKeys
                    name={name}
                    own={own}
                    place={waiting?.name === name ? waiting.place : null}
                    wait={wait}
                    pressed={pressed}
                    remove={(place) => change(withoutKey(own, name, place), name)}
                  />
                </Row>
                {problem?.name === name && (
                  <ProblemLine problem={problem} swap={(keys) => change(keys, name)} close={() => setProblem(null)} />
                )}
              </div>
            ))}
        </Group>
      ))}
    </>
  );
}

interface ProblemLineProps {
  readonly problem: Refusal;
  readonly swap: (keys: OwnKeys) => void;
  readonly close: () => void;
}

function ProblemLine({ problem: { refused, swapped }, swap, close }: ProblemLineProps) {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <Alert color="yellow" variant="light" p="xs" my={4} role="alert">
      <Line justify="space-between" wrap="nowrap">
        <Text size="xs">{refused}</Text>
        <Line gap="xs" wrap="nowrap">
          {swapped !== undefined && (
            <Button ref={first} size="compact-xs" onClick={() => swap(swapped)}>
              Swap
            </Button>
          )}
          <Button
            {...(swapped === undefined ? { ref: first } : {})}
            size="compact-xs"
            variant="default"
            onClick={close}
          >
            Leave it
          </Button>
        </Line>
      </Line>
    </Alert>
  );
}

interface ActionKeysProps {
  readonly name: ActionName;
  readonly own: OwnKeys;
  /** The key that is being replaced; null: none of these. */
  readonly place: number | null;
  readonly wait: (waiting: Waiting | null) => void;
  readonly pressed: (waiting: Waiting, event: KeyboardEvent) => void;
  readonly remove: (place: number) => void;
}

function ActionKeys({ name, own, place, wait, pressed, remove }: ActionKeysProps) {
  const action = actionsWith(own)[name];
  const box = useRef<HTMLDivElement>(null);
  const wasWaiting = useRef(false);
  useEffect(() => {
    // The button that waited may be gone, and the focus with it.
    const isLost = wasWaiting.current && place === null && document.activeElement === document.body;
    if (isLost) box.current?.querySelector("button")?.focus();
    wasWaiting.current = place !== null;
  }, [place]);
  if (action.fixedKeys === true) {
    return (
      <Text size="xs" c="dimmed">
        {keysText(action)} (fixed)
      </Text>
    );
  }
  const { label, keys } = action;
  const key = (at: number, text: string, title: string) => (
    <UnstyledButton
      key={at}
      ref={(element: HTMLButtonElement | null) => {
        if (place === at) element?.focus();
      }}
      className={classes.key}
      aria-label={`${label}: ${title}`}
      {...(place === at ? { "data-waiting": true } : {})}
      // Esc ends the waiting, not the dialog.
      data-mantine-stop-propagation={place === at}
      onClick={() => wait({ name, place: at })}
      onKeyDown={(event) => place === at && pressed({ name, place: at }, event)}
      onBlur={() => place === at && wait(null)}
    >
      {place === at ? "Press a key…" : text}
    </UnstyledButton>
  );
  return (
    <div ref={box} className={classes.keys}>
      {keys.map((one, at) => (
        <span key={bindingText(one)} style={{ display: "inline-flex", alignItems: "center" }}>
          {key(at, bindingText(one), `change ${bindingText(one)}`)}
          <Tooltip label="Take this key away">
            <CloseButton size="xs" aria-label={`${label}: remove ${bindingText(one)}`} onClick={() => remove(at)} />
          </Tooltip>
        </span>
      ))}
      {place === keys.length ? (
        key(keys.length, "", "new key")
      ) : (
        <Tooltip label="Add a key">
          <ActionIcon size="sm" aria-label={`${label}: add a key`} onClick={() => wait({ name, place: keys.length })}>
            <Plus size={14} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}
