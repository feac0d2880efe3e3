import { Button, Combobox, useCombobox } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { classesOf } from "../../app/session";
import { focusCanvas } from "../canvas/focus";
import { useApp, useSession } from "../context";
import { ClassTag } from "./ClassTag";

/** More options are found by typing. */
const mostOptions = 100;

/** "Other class...": gives the row's region a class of the data set, chosen from a menu that is searched by typing. */
export function ClassMenu({ row }: { readonly row: number }) {
  const { reviewing } = useApp();
  const table = useSession(classesOf);
  const opened = useSession((state) => state.choosingClass && state.selected === row);
  const [search, setSearch] = useState("");
  const combobox = useCombobox({
    opened,
    onOpenedChange: (open) => {
      if (open) reviewing.select(row);
      reviewing.chooseClass(open);
    },
  });
  const { focusSearchInput, selectFirstOption } = combobox;
  const target = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!opened) return;
    setSearch("");
    target.current?.scrollIntoView({ block: "nearest" });
    focusSearchInput();
  }, [opened, focusSearchInput]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first option changes with what is searched
  useEffect(() => {
    if (opened) selectFirstOption();
  }, [opened, search, selectFirstOption]);
  const wanted = search.trim().toLowerCase();
  const found = opened ? table.filter(({ name }) => name.toLowerCase().includes(wanted)) : [];
  return (
    <Combobox
      store={combobox}
      width={220}
      position="bottom-start"
      hideDetached={false}
      onOptionSubmit={(id) => {
        reviewing.acceptAs(Number(id));
        focusCanvas();
      }}
    >
      <Combobox.Target targetType="button">
        <Button ref={target} size="compact-xs" variant="default" onClick={() => combobox.toggleDropdown()}>
          Other class…
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
          placeholder="Search classes"
          aria-label="Search classes"
        />
        <Combobox.Options mah={220} style={{ overflowY: "auto" }} aria-label="Classes">
          {found.slice(0, mostOptions).map(({ id }) => (
            <Combobox.Option key={id} value={`${id}`}>
              <ClassTag id={id} />
            </Combobox.Option>
          ))}
          {found.length === 0 && <Combobox.Empty>No class of this name</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
