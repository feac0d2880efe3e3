import type { ClassTable } from "../../core/classTable";
import { counted } from "../../core/counted";
import { displayPalette } from "../../core/palette";
import { holdsOnly, type Recogniser, tableOf } from "../layout";
import { baseName } from "../paths";
import { readByRoles } from "../plain";

/** SceneParse150's classes 1..150 by their first names (objectInfo150.txt). */
const names =
  "wall,building,sky,floor,tree,ceiling,road,bed,windowpane,grass,cabinet,sidewalk,person,earth,door,table,mountain,plant,curtain,chair,car,water,painting,sofa,shelf,house,sea,mirror,rug,field,armchair,seat,fence,desk,rock,wardrobe,lamp,bathtub,railing,cushion,base,box,column,signboard,chest of drawers,counter,sand,sink,skyscraper,fireplace,refrigerator,grandstand,path,stairs,runway,case,pool table,pillow,screen door,stairway,river,bridge,bookcase,blind,coffee table,toilet,flower,book,hill,bench,countertop,stove,palm,kitchen island,computer,swivel chair,boat,bar,arcade machine,hovel,bus,towel,light,truck,tower,chandelier,awning,streetlight,booth,television receiver,airplane,dirt track,apparel,pole,land,bannister,escalator,ottoman,bottle,buffet,poster,stage,van,ship,fountain,conveyer belt,canopy,washer,plaything,swimming pool,stool,barrel,basket,waterfall,tent,bag,minibike,cradle,oven,ball,food,step,tank,trade name,microwave,pot,animal,bicycle,lake,dishwasher,screen,blanket,sculpture,hood,sconce,vase,traffic light,tray,ashcan,fan,pier,crt screen,plate,monitor,bulletin board,shower,radiator,glass,clock,flag".split(
    ",",
  );

/** SceneParse150: 0 is what belongs to no class and is ignored. */
function sceneParseClasses(): ClassTable {
  const colors = displayPalette(names.length + 1);
  return tableOf(
    [
      [0, "other objects", [0, 0, 0] as const] as const,
      ...names.map((name, at) => [at + 1, name, colors[at + 1]] as const),
    ],
    (id) => id === 0,
  );
}

/** ADE20K's SceneParse150: images/SPLIT/ADE_*.jpg with annotations/SPLIT/ADE_*.png, 0..150. */
export const sceneParse: Recogniser = async ({ paths, pictures }) => {
  const isOwn = pictures.filter((path) => /^ADE_(train|val|test)_\d{8}\.(jpg|png)$/i.test(baseName(path)));
  const reading = isOwn.length > 0 ? await readByRoles(paths) : null;
  if (reading === null || isOwn.length < pictures.length / 2) return [];
  return [
    {
      ...reading,
      layout: "ADE20K (SceneParse150)",
      meaning: {
        vocColors: false,
        defaultClasses: (seen) => (holdsOnly(seen, (id) => id <= 150) ? sceneParseClasses() : null),
      },
      evidence: { for: [`${counted(isOwn.length, "file is", "files are")} named as ADE20K's are.`], against: [] },
      score: 0.9,
    },
  ];
};
