/** What a column of a table of classes holds. */
export type Role = "id" | "trainId" | "name" | "color" | "r" | "g" | "b" | "ignored";

/** Headings by role, without blanks, accents and signs, in the languages people label in. */
const words: Readonly<Record<Role, string>> = {
  name: `name names classname classnames labelname category categoryname title readable description objectname
    bezeichnung klassenname kategorie nom nomclasse libelle categorie nombre nombreclase categoria nome nomeclasse
    naam klassenaam benaming categorie nazwa nazwaklasy kategoria nazev namn navn nimi isim ad sinifadi
    название имя наименование категория 名称 类名 类别名称 类别名 标签名 标签名称 名前 クラス名 ラベル名 カテゴリ 이름 클래스명 라벨명`,
  id: `id idx index value values pixelvalue grayvalue greyvalue graylevel greylevel gray grey classid classindex classno
    classnum classnumber classvalue classkey labelid labelkey labelvalue labelno labelindex categoryid maskvalue pixelid
    pixelindex code key number num no nr gridcode dn intensity
    wert pixelwert grauwert nummer kennung klassenid valeur valeurpixel numero indice identifiant valor valorpixel codigo
    codice valore waarde pixelwaarde wartosc numer indeks hodnota varde vardet verdi vaerdi arvo deger piksel
    значение номер код индекс 值 像素值 灰度值 编号 序号 索引 値 画素値 番号 값 픽셀값 번호 인덱스`,
  trainId: "trainid trainids",
  color: `color colour rgb hex palette rgbcolor rgbcolour rgbvalue rgbvalues rgbtriplet hexcolor hexcolour hexcode
    colorhex colorrgb colorcode htmlcolor
    farbe farbwert hexfarbe couleur kleur cor colore kolor barva farg farge farve vari renk цвет 颜色 颜色值 色 色彩 색 색상`,
  r: "r red rot rouge rojo vermelho rosso rood czerwony cervena красный 红 赤 빨강",
  g: "g green grun gruen vert verde groen zielony zelena зеленыи 绿 緑 초록",
  b: "b blue blau bleu azul blu blauw niebieski modra синии 蓝 青 파랑",
  ignored: "ignoreineval ignore ignored",
};

const roles: ReadonlyMap<string, Role> = new Map(
  Object.entries(words).flatMap(([role, list]) => list.split(/\s+/).map((word) => [word, role as Role] as const)),
);

/** Headings of names in some files and of numbers in others. */
const eitherWords = new Set(
  `label labels class classes object objects klasse klassen etikett etiquette etiqueta etichetta classe clase klasa trida
  klass sinif etiket label_ рубрика класс метка 类别 标签 类 クラス ラベル 클래스 라벨`.split(/\s+/),
);

/** Numbers that are no ids. */
const figures =
  /count|anzahl|nombrede|freq|ratio|percent|anteil|share|area|flache|weight|gewicht|iou|samples|instances|images|total|sum/;

/** A heading without what people write differently: case, accents, blanks, signs. */
function headingKey(cell: string): string {
  return cell
    .normalize("NFD")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/[^\p{L}]/gu, "");
}

/** What a column of this heading holds; "either" an id or a name, as its cells say; null where the heading is unknown. */
export function headingRole(cell: string): Role | "either" | null {
  const key = headingKey(cell);
  return eitherWords.has(key) ? "either" : (roles.get(key) ?? null);
}

/** Whether a heading is of counts, shares and the like. */
export function isFigure(cell: string): boolean {
  return figures.test(headingKey(cell));
}
