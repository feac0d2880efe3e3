import { Slider, Switch, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Settings } from "../../app/settings";
import { useApp, useSettings } from "../context";
import classes from "./settings.module.css";

/** Settings that belong together. */
export function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes.group} aria-label={title}>
      <Text size="sm" fw={600} component="h3" m={0} mb={4}>
        {title}
      </Text>
      {children}
    </section>
  );
}

interface RowProps {
  readonly label: string;
  /** What it does, where the label does not say it. */
  readonly what?: string;
}

/** One setting: what it is on the left, its control on the right. */
export function Row({ label, what, children }: RowProps & { readonly children: ReactNode }) {
  return (
    <div className={classes.row}>
      <div>
        <Text size="sm">{label}</Text>
        {what !== undefined && (
          <Text size="xs" c="dimmed">
            {what}
          </Text>
        )}
      </div>
      <div className={classes.control}>{children}</div>
    </div>
  );
}

type NamesOf<T> = { [Name in keyof Settings]: Settings[Name] extends T ? Name : never }[keyof Settings];

/** A setting that is on or off. */
export function SwitchRow({ name, label, what }: RowProps & { readonly name: NamesOf<boolean> }) {
  const { settings } = useApp();
  const on = useSettings((state) => state[name]);
  return (
    <Row label={label} {...(what === undefined ? {} : { what })}>
      <Switch
        size="sm"
        aria-label={label}
        checked={on}
        onChange={(event) => settings.setState({ [name]: event.currentTarget.checked })}
      />
    </Row>
  );
}

interface SliderRowProps extends RowProps {
  readonly name: NamesOf<number>;
  readonly limits: { readonly min: number; readonly max: number };
  /** Shown values are this many times the setting's: 100 for a share in percent. */
  readonly times?: number;
  /** After the value. */
  readonly unit?: string;
  readonly onChangeEnd?: () => void;
}

/** A setting that is a number. */
export function SliderRow({ name, label, what, limits, times = 1, unit = "", onChangeEnd }: SliderRowProps) {
  const { settings } = useApp();
  const value = Math.round(useSettings((state) => state[name]) * times);
  return (
    <Row label={label} {...(what === undefined ? {} : { what })}>
      <Slider
        className={classes.slider}
        thumbLabel={label}
        min={limits.min * times}
        max={limits.max * times}
        value={value}
        onChange={(next) => settings.setState({ [name]: next / times })}
        {...(onChangeEnd === undefined ? {} : { onChangeEnd })}
      />
      <Text size="xs" className={classes.value}>
        {value}
        {unit}
      </Text>
    </Row>
  );
}
