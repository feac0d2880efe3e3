import { classesOf, type OpenImage, type SessionStore } from "../../app/session";
import type { SettingsStore } from "../../app/settings";
import { announce } from "../../app/tell";
import { classNameOf } from "../../core/classTable";
import type { ToolContext } from "../tools/types";
import type { PhotoSuperpixels } from "./photoSuperpixels";

/** What a tool may use now, on an open image. */
export function toolContextOf(
  image: OpenImage,
  settings: SettingsStore,
  session: SessionStore,
  superpixels: PhotoSuperpixels,
): ToolContext {
  const { brushSize, growBy, bandWidth, classId } = settings.getState();
  const nameOf = (id: number): string => classNameOf(classesOf(session.getState()), id);
  const say = (text: string): void => announce(session, text);
  return {
    document: image.document,
    brushSize,
    growBy,
    bandWidth,
    classId,
    superpixels: () => superpixels.of(image, brushSize),
    nameOf,
    pickClass(id) {
      settings.setState({ classId: id, tool: "class-brush" });
      say(`Class ${nameOf(id)}`);
    },
    announce: say,
  };
}
