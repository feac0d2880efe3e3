import { expect, it } from "vitest";
import type { DatasetError } from "./errors";
import { jpegHeader, memorySource } from "./fixtures/files";
import { openDataset } from "./openDataset";

const polygon = [1, 1, 9, 1, 9, 9];
const annotation = { id: 1, image_id: 1, category_id: 1, segmentation: [polygon] };
const coco = {
  images: [{ id: 1, file_name: "0.jpg" }],
  categories: [{ id: 1, name: "cat" }],
  annotations: [annotation],
};
const region = { filename: "0.jpg", regions: [{ shape_attributes: { name: "polygon" } }] };
const task = { data: { image: "0.jpg" }, annotations: [], predictions: [{ result: [{ type: "brushlabels" }] }] };

const cases: readonly (readonly [path: string, content: unknown, reason: RegExp, remedy: RegExp])[] = [
  ["masks/0.nii.gz", "\x1f\x8b", /NIfTI/, /slices as PNG/],
  ["masks/0.npy", "\x93NUMPY", /NumPy/, /Image\.fromarray/],
  ["masks/0.mat", "MATLAB 5.0", /MATLAB/, /imwrite/],
  ["masks/0.dcm", "DICM", /DICOM/, /PNG/],
  ["masks/0.h5", "HDF", /Arrays/, /PNG/],
  ["export.ndjson", '{"data_row":{}}\n', /lines of JSON/, /COCO JSON/],
  ["labels/0.txt", "0 0.1 0.1 0.5 0.1 0.5 0.5\n", /YOLO's polygons/, /COCO JSON/],
  ["labels/0.txt", "0 0.1 0.1 0.5 0.1\n3 .2 .2 .1 1e-3\n", /YOLO's boxes/, /COCO JSON/],
  ["a.xml", '<annotations><image id="0" name="0.jpg"/></annotations>', /CVAT's XML/, /Segmentation mask 1\.1/],
  ["0.xml", "<annotation><object><bndbox/><bndbox></bndbox></object></annotation>", /boxes, no pixels/, /PNG/],
  ["via.json", { "0.jpg12": region }, /VGG Image Annotator/, /COCO format/],
  ["via.json", { _via_settings: {}, _via_img_metadata: { "0.jpg12": region } }, /VGG Image Annotator/, /COCO format/],
  ["a.json", coco, /images have no width and height/, /Add both/],
  ["a.json", { ...coco, images: [] }, /its list "images" is missing or empty/, /that list/],
  ["a.json", { ...coco, categories: undefined }, /its list "categories"/, /that list/],
  [
    "ds/ann/0.jpg.json",
    { size: { width: 9, height: 9 }, objects: [] },
    /meta\.json with the classes is missing/,
    /meta/,
  ],
  ["project.json", [task], /predictions only/, /Accept them/],
  ["project.json", [{ ...task, predictions: [] }], /no masks, polygons or boxes/, /Annotate/],
  ["0.json", { shapes: [{ label: "cat", points: [] }], imagePath: "0.jpg" }, /no imageWidth/, /labelme/],
];

it.each(cases)("photographs beside %s: it is named, with why and what to do", async (path, content, reason, remedy) => {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const files = { "images/0.jpg": jpegHeader(48, 36), "images/1.jpg": jpegHeader(48, 36), [path]: text };
  const error = await openDataset(memorySource(files)).then(
    () => null,
    (thrown: DatasetError) => thrown,
  );
  expect(error?.reason).toContain("There are 2 images, but no labels that can be read.");
  expect(error?.reason).toContain(`${path}: `);
  expect(error?.reason).toMatch(reason);
  expect(error?.remedy).toMatch(remedy);
  expect(error?.problems.map((problem) => [problem.path, problem.severity])).toEqual([[path, "error"]]);
});

it("other files beside photographs are not taken for labels; many of a kind are one line", async () => {
  const photo = { "images/0.jpg": jpegHeader(48, 36) };
  const thrown = (files: Record<string, Uint8Array | string>) =>
    openDataset(memorySource({ ...photo, ...files })).then(
      () => null,
      (error: DatasetError) => error,
    );
  const plain = await thrown({ "README.txt": "Photos of 2020.\n", "settings.json": '{"a": 1}', "x.xml": "<kml/>" });
  expect(plain?.reason).toContain("There are images, but no labels among them");
  expect(plain?.problems).toEqual([]);
  const many = await thrown(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`masks/${i}.npy`, "x"])));
  expect(many?.reason).toContain("There is 1 image, but no labels that can be read.");
  expect(many?.reason).toContain("29 more of this kind");
  expect(many?.problems).toHaveLength(1);
});
