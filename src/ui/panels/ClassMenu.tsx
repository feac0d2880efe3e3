import { Combobox, Text, useCombobox } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { classesOf } from "../../app/session";
import { proposedClasses } from "../../review/classShares";
import type { Suggestion } from "../../review/types";
import { focusCanvas } from "../canvas/focus";
import { useSession } from "../context";
import { ClassTag } from "./ClassTag";
import classes from "./review.module.css";

/** More options are found by typing. */
const mostOptions = 100;

interface ClassMenuProps {
  /** Whose region gets the class. */
  readonly row: Suggestion | null;
  readonly opened: boolean;
  onOpen(opened: boolean): void;
  onChoose(id: number): void;
  /** It opens beside this, over the picture: rows and crops stay in sight. */
  readonly children: ReactNode;
}

/** "Other class...": gives the row's region a class of the data set, chosen from a menu that is searched by typing. */
export function ClassMenu({ row, opened: isWanted, onOpen, onChoose, children }: ClassMenuProps) {
  const table = useSession(classesOf);
  const opened = isWanted && row !== null;
  const [search, setSearch] = useState("");
  const combobox = useCombobox({ opened, onOpenedChange: onOpen });
  const { focusSearchInput, selectFirstOption, selectOption, resetSelectedOption } = combobox;
  const proposed = row === null ? [] : proposedClasses(row);
  const wanted = search.trim().toLowerCase();
  const found = opened ? table.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, mostOptions) : [];
  useEffect(() => {
    if (!opened) return;
    setSearch("");
    focusSearchInput();
  }, [opened, focusSearchInput]);
  // Enter takes what is marked: what was searched for, or the model's second choice, but never a class nobody spoke of.
  const second = found.findIndex(({ id }) => id === proposed[1]);
  useEffect(() => {
    if (!opened) return;
    if (wanted !== "") selectFirstOption();
    else if (second >= 0) selectOption(second);
    else resetSelectedOption();
  }, [opened, wanted, second, selectFirstOption, selectOption, resetSelectedOption]);
  return (
    <Combobox
      store={combobox}
      width={230}
      position="left-start"
      offset={6}
      onOptionSubmit={(id) => {
        onChoose(Number(id));
        focusCanvas();
      }}
    >
      <Combobox.DropdownTarget>
        {/* An element of its own: a component that takes no ref would leave the menu in the corner of the window. */}
        <div style={{ flex: "none" }}>{children}</div>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
          role="combobox"
          aria-expanded={opened}
          placeholder="Search classes"
          aria-label="Search classes"
        />
        <Combobox.Options mah={300} style={{ overflowY: "auto" }} aria-label="Classes">
          {found.map(({ id }) => (
            <Combobox.Option key={id} value={`${id}`} className={classes.option}>
              <ClassTag id={id} />
              <Text span className={classes.role}>
                {proposed.includes(id) ? "proposed" : id === row?.from ? "now" : ""}
              </Text>
            </Combobox.Option>
          ))}
          {found.length === 0 && <Combobox.Empty>No class of this name</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
