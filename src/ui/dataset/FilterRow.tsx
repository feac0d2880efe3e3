import {
  Button,
  type ButtonProps,
  Checkbox,
  CloseButton,
  Group,
  Popover,
  RangeSlider,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { ChevronDown, Search } from "lucide-react";
import { useEffect } from "react";
import { factText } from "../../app/checkTexts";
import { imageCounts, imageOrder } from "../../app/imageOrder";
import { pairText } from "../../app/rowText";
import { hasScoreRange, type ImageSort, imageStates, isNoFilter, noFilter } from "../../review/imageFilter";
import { useApp, useSession } from "../context";
import classes from "./dataset.module.css";
import { focusGrid, gridIds } from "./gridFocus";
import { severalText, stateNames } from "./stateTexts";

const sorts: readonly { readonly value: ImageSort; readonly label: string }[] = [
  { value: "name", label: "By name" },
  { value: "worst", label: "Worst first" },
  { value: "changed", label: "Changed first" },
];

/** Which images are shown, and in what order. */
export function FilterRow() {
  const { dataSetView } = useApp();
  const filter = useSession((state) => state.filter);
  const sort = useSession((state) => state.sort);
  const total = useSession((state) => state.dataset?.items.length ?? 0);
  const { shown } = useSession(imageOrder);
  const isFiltered = !isNoFilter(filter);
  const unit = total === 1 ? " image" : " images";
  return (
    <search className={classes.filters} aria-label="Filters">
      <TextInput
        id={gridIds.search}
        size="xs"
        maw={190}
        style={{ flex: "1 1 80px" }}
        placeholder="Name"
        aria-label="Filter images by name"
        leftSection={<Search size={13} />}
        value={filter.text}
        onChange={(event) => dataSetView.find({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== "Escape") return;
          if (event.key === "Escape") dataSetView.find({ text: "" });
          event.preventDefault();
          focusGrid();
        }}
      />
      <States />
      <Classes />
      <Pair />
      <Lint />
      <Score />
      {isFiltered && (
        <Button variant="subtle" px={8} style={{ flex: "none" }} onClick={() => dataSetView.find(noFilter)}>
          Clear
        </Button>
      )}
      <Text size="xs" c="dimmed" ml="auto" style={{ flex: "none" }} data-testid="shown-count">
        {isFiltered ? `${shown.length.toLocaleString("en")} of ` : ""}
        {total.toLocaleString("en")}
        {unit}
      </Text>
      <Select
        size="xs"
        w={118}
        style={{ flex: "none" }}
        aria-label="Order of the images"
        data={sorts}
        value={sort}
        allowDeselect={false}
        onChange={(value) => {
          const found = sorts.find((one) => one.value === value);
          if (found !== undefined) dataSetView.sortBy(found.value);
        }}
      />
    </search>
  );
}

function States() {
  const { dataSetView } = useApp();
  const { states } = useSession((state) => state.filter);
  const counts = useSession(imageCounts);
  const [first] = states;
  const text = states.length === 0 ? "State" : states.length === 1 ? stateNames[first] : `${states.length} states`;
  return (
    <Popover position="bottom-start" trapFocus withinPortal returnFocus>
      <Popover.Target>
        <Button {...chip(states.length > 0)}>{text}</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Checkbox.Group
          value={[...states]}
          onChange={(value) => dataSetView.find({ states: imageStates.filter((one) => value.includes(one)) })}
        >
          <Stack gap={7}>
            {imageStates.map((state) => (
              <Checkbox key={state} size="xs" value={state} label={`${stateNames[state]} (${counts[state]})`} />
            ))}
            {counts.several > 0 && (
              <Text size="xs" c="dimmed" maw={200}>
                {severalText(counts)}
              </Text>
            )}
          </Stack>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  );
}

function Classes() {
  const { dataSetView, thumbnails, session } = useApp();
  const table = useSession((state) => state.dataset?.classes);
  const classId = useSession((state) => state.filter.classId);
  const isAsked = classId !== null;
  // Which classes a label holds is known only once it was looked at.
  useEffect(() => {
    thumbnails.readClasses(isAsked ? (session.getState().dataset?.items.map(({ key }) => key) ?? []) : []);
  }, [isAsked, thumbnails, session]);
  return (
    <Select
      size="xs"
      maw={150}
      style={{ flex: "1 1 72px" }}
      aria-label="Class in the label"
      placeholder="Class"
      searchable
      clearable
      limit={200}
      clearButtonProps={{ "aria-label": "Any class" }}
      data={(table ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
      value={classId === null ? null : String(classId)}
      onChange={(value) => dataSetView.find({ classId: value === null ? null : Number(value) })}
    />
  );
}

function Pair() {
  const { dataSetView } = useApp();
  const pair = useSession((state) => state.filter.pair);
  const table = useSession((state) => state.dataset?.classes);
  if (pair === null || table === undefined) return null;
  const text = pairText(pair, table);
  return (
    <span className={classes.chip} title={text}>
      <span className={classes.name}>{text}</span>
      <CloseButton size={16} aria-label={`Not only ${text}`} onClick={() => dataSetView.find({ pair: null })} />
    </span>
  );
}

function Lint() {
  const { dataSetView } = useApp();
  const lint = useSession((state) => state.filter.lint);
  if (lint === null) return null;
  const text = factText(lint);
  return (
    <span className={classes.chip} title={text}>
      <span className={classes.name}>{text}</span>
      <CloseButton size={16} aria-label={`Not only ${text}`} onClick={() => dataSetView.find({ lint: null })} />
    </span>
  );
}

function Score() {
  const { dataSetView } = useApp();
  const filter = useSession((state) => state.filter);
  const [min, max] = [Math.round(filter.score.min * 100), Math.round(filter.score.max * 100)];
  const isOn = hasScoreRange(filter);
  return (
    <Popover position="bottom-start" trapFocus withinPortal returnFocus width={250}>
      <Popover.Target>
        <Button {...chip(isOn)}>{isOn ? `${min} to ${max}` : "Score"}</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="xs" mb={10}>
          Label quality from {min} to {max}
        </Text>
        <RangeSlider
          size={4}
          label={null}
          minRange={1}
          value={[min, max]}
          thumbFromLabel="Least score"
          thumbToLabel="Highest score"
          onChange={([low, high]) => dataSetView.find({ score: { min: low / 100, max: high / 100 } })}
        />
        <Group justify="space-between" mt={10} wrap="nowrap">
          <Text size="xs" c="dimmed">
            Images that were not searched have no score.
          </Text>
          <Button
            variant="subtle"
            px={6}
            style={{ flex: "none" }}
            onClick={() => dataSetView.find({ score: noFilter.score })}
          >
            Any
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}

function chip(isOn: boolean): ButtonProps {
  return {
    variant: isOn ? "light" : "default",
    px: 10,
    style: { flex: "none" },
    rightSection: <ChevronDown size={13} aria-hidden />,
  };
}
