import { Button, Menu, Text } from "@mantine/core";
import { Check, ChevronDown } from "lucide-react";
import { questionNames } from "../../app/readingSummary";
import type { ReadingQuestion } from "../../formats/questions";
import { useApp, useWhyReadOnly } from "../context";

interface QuestionMenuProps {
  readonly question: ReadingQuestion;
  /** The user is asked: the button says what for, and stands out. */
  readonly asks?: boolean;
}

/** The ways in which files can be read at one point, each with its reason. Choosing one reads them again. */
export function QuestionMenu({ question, asks = false }: QuestionMenuProps) {
  const { files } = useApp();
  const { id, title, options, chosen } = question;
  const whyNot = useWhyReadOnly();
  return (
    <Menu position="bottom-end" withinPortal width={340} shadow="md">
      <Menu.Target>
        <Button
          variant={asks ? "filled" : "default"}
          {...(asks ? { color: "yellow.5", autoContrast: true } : {})}
          size="compact-xs"
          maw="100%"
          rightSection={<ChevronDown size={12} />}
          aria-label={`${title} Choose how the files are read`}
        >
          {asks ? title : questionNames[id]}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{title}</Menu.Label>
        {whyNot !== null && <Menu.Label>{whyNot}</Menu.Label>}
        {options.map(({ value, text, why }) => {
          const isTaken = value === chosen;
          return (
            <Menu.Item
              key={value}
              aria-current={isTaken}
              disabled={whyNot !== null}
              leftSection={<Check size={14} style={{ visibility: isTaken ? "visible" : "hidden" }} />}
              onClick={() => void files.readAs(id, value)}
            >
              <Text size="sm">
                {text}
                {isTaken && asks && (
                  <Text span size="xs" c="dimmed">
                    {" "}
                    (in use until you choose)
                  </Text>
                )}
              </Text>
              <Text size="xs" c="dimmed">
                {why}
              </Text>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
