import { Anchor, Button, Divider, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { Sparkles } from "lucide-react";
import { useApp } from "../context";
import { SchemeMenu } from "../editor/SchemeMenu";
import { Logo } from "./Logo";
import { OfflineLine } from "./OfflineLine";
import { OpenButtons } from "./OpenButtons";
import { RecentProjects } from "./RecentProjects";
import classes from "./start.module.css";
import { useToastRef } from "./toastHome";

const steps = [
  {
    title: "Open images with their masks",
    text: "Folders or zips of any layout: Pascal VOC, Cityscapes, CVAT, COCO, Label Studio, plain images and masks.",
  },
  {
    title: "Point at what is wrong",
    text: "Brush over a flaw. A label masked autoencoder rebuilds the hidden labels from the image and the labels around it.",
  },
  {
    title: "Accept, reject, export",
    text: "You decide on every region. The files leave as they came: same type, depth and palette, only repaired pixels differ.",
  },
] as const;

/** The first screen: what the app does and three ways in. */
export function StartScreen() {
  const { files, session } = useApp();
  return (
    <main className={classes.screen} ref={useToastRef()}>
      <Paper className={classes.card} withBorder shadow="sm" p={28}>
        <Stack gap="lg">
          <Group justify="space-between" align="flex-start">
            <Group gap="sm">
              <Logo size={38} />
              <div>
                <Title order={1} size={24} lh={1.2}>
                  MaskMend
                </Title>
                <Text c="dimmed" size="sm">
                  Repairs flawed segmentation labels, in your browser
                </Text>
              </div>
            </Group>
            <SchemeMenu />
          </Group>
          <Group gap="sm">
            <Button size="md" leftSection={<Sparkles size={17} />} onClick={() => void files.openSample()}>
              Try the sample
            </Button>
            <OpenButtons />
            <Text size="sm" c="dimmed">
              or drop a folder or zip anywhere
            </Text>
          </Group>
          <RecentProjects />
          <Divider />
          <div className={classes.steps}>
            {steps.map(({ title, text }, index) => (
              <div key={title} className={classes.step}>
                <Text size="sm" fw={600} mb={4}>
                  {index + 1}. {title}
                </Text>
                <Text size="sm" c="dimmed">
                  {text}
                </Text>
              </div>
            ))}
          </div>
          <Text size="xs" c="dimmed">
            Everything runs on this computer: no upload, no account. The model proposes and can be wrong, most of all
            where the right class is not visible nearby; nothing changes until you accept it. Images are never
            rewritten.{" "}
            <Anchor component="button" size="xs" onClick={() => session.setState({ dialog: "about" })}>
              About, licences and the model
            </Anchor>
          </Text>
          <OfflineLine />
        </Stack>
      </Paper>
    </main>
  );
}
