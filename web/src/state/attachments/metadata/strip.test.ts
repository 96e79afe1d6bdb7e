import { expect, test } from "vitest";

import { concat, utf8, type Bytes } from "../../../crypto/encoding.js";
import { strip } from "./strip.js";

/** Pictures are made here, segment by segment: what they say about a place is known, and so is what must stay. */
const SECRET = "GPS 51.9607N 7.6261E iPhone von Luisa";
const secret = utf8(SECRET);

const be = (value: number, length: number): Bytes =>
  Uint8Array.from({ length }, (_, index) => (value / 256 ** (length - 1 - index)) & 255);
const le = (value: number, length: number): Bytes => be(value, length).reverse();
const bytes = (...values: number[]): Bytes => Uint8Array.from(values);
const text = (words: string): Bytes => Uint8Array.from(words, (letter) => letter.charCodeAt(0));

const segment = (marker: number, body: Bytes): Bytes => concat(bytes(0xff, marker), be(body.length + 2, 2), body);
const exif = (orientation: number, little = false): Bytes => {
  const number = little ? le : be;
  const entry = (tag: number, value: number) =>
    concat(number(tag, 2), number(3, 2), number(1, 4), number(value, 2), number(0, 2));
  const directory = concat(number(2, 2), entry(0x010f, 1), entry(0x0112, orientation), number(0, 4));
  return concat(text("Exif\0\0"), text(little ? "II" : "MM"), number(42, 2), number(8, 4), directory, secret);
};
const scan = concat(segment(0xda, bytes(1, 1, 0, 0, 63, 0)), bytes(0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56));
const tables = segment(0xdb, new Uint8Array(65));

const jpeg = (...middle: Bytes[]): Bytes => concat(bytes(0xff, 0xd8), ...middle, tables, scan, bytes(0xff, 0xd9));
const jfif = segment(0xe0, concat(text("JFIF\0"), bytes(1, 1, 0, 0, 1, 0, 1, 0, 0)));

const chunk = (kind: string, body: Bytes): Bytes => concat(be(body.length, 4), text(kind), body, new Uint8Array(4));
const png = (...middle: Bytes[]): Bytes =>
  concat(
    text("\x89PNG\r\n\x1a\n"),
    chunk("IHDR", new Uint8Array(13)),
    ...middle,
    chunk("IDAT", bytes(7, 8)),
    chunk("IEND", bytes()),
  );

const riff = (kind: string, body: Bytes): Bytes =>
  concat(text(kind), le(body.length, 4), body, new Uint8Array(body.length % 2));
const webp = (...chunks: Bytes[]): Bytes => {
  const body = concat(text("WEBP"), ...chunks);
  return concat(text("RIFF"), le(body.length, 4), body);
};

const gifHead = concat(text("GIF89a"), le(1, 2), le(1, 2), bytes(0x80, 0, 0), new Uint8Array(6));
const gifImage = concat(bytes(0x2c), new Uint8Array(8), bytes(0x80), new Uint8Array(6), bytes(2, 2, 0x44, 1, 0));
const gifWords = (label: number, words: Bytes): Bytes => concat(bytes(0x21, label, words.length), words, bytes(0));
const loops = concat(bytes(0x21, 0xff, 11), text("NETSCAPE2.0"), bytes(3, 1, 0, 0, 0));
const control = bytes(0x21, 0xf9, 4, 0, 0, 0, 0, 0);
const xmpInGif = concat(bytes(0x21, 0xff, 11), text("XMP DataXMP"), bytes(secret.length), secret, bytes(0));

const left = (image: Bytes): Bytes => {
  const found = strip(image);
  if (found === null) throw new Error("not stripped");
  return concat(...found.parts);
};
const says = (image: Bytes): boolean => new TextDecoder("latin1").decode(image).includes(SECRET);

test("a JPEG loses Exif, XMP, IPTC, comments, thumbnails and what follows it; the picture itself stays byte for byte", () => {
  const xmp = segment(0xe1, concat(text("http://ns.adobe.com/xap/1.0/\0"), secret));
  const thumbnail = segment(0xe0, concat(text("JFIF\0"), bytes(1, 1, 0, 0, 1, 0, 1, 1, 1), secret));
  const middle = [
    segment(0xe1, exif(1)),
    xmp,
    segment(0xed, secret),
    segment(0xfe, secret),
    segment(0xe2, concat(text("MPF\0"), secret)),
  ];
  const image = concat(jpeg(thumbnail, ...middle), jpeg(segment(0xe1, exif(3))), secret);
  expect(says(image)).toBe(true);
  expect(left(image)).toEqual(jpeg(jfif));
});

test("a JPEG keeps its colours: profile and Adobe's transform", () => {
  const profile = segment(0xe2, concat(text("ICC_PROFILE\0"), bytes(1, 1, 9, 9)));
  const adobe = segment(0xee, concat(text("Adobe"), new Uint8Array(7)));
  expect(left(jpeg(jfif, profile, adobe))).toEqual(jpeg(jfif, profile, adobe));
});

test("a JPEG that has to be turned stays turned, and its Exif says nothing else", () => {
  for (const little of [false, true]) {
    const kept = left(jpeg(segment(0xe1, exif(6, little))));
    expect(says(kept)).toBe(false);
    expect(kept.length).toBe(jpeg().length + 36);
    expect(kept.subarray(2, 12)).toEqual(concat(bytes(0xff, 0xe1, 0, 34), text("Exif\0\0")));
    // Stripped again it is the same: what was written is read as what was meant.
    expect(left(kept)).toEqual(kept);
  }
});

test("a progressive JPEG keeps its tables and scans, and loses a comment between them", () => {
  const image = concat(
    bytes(0xff, 0xd8),
    tables,
    scan,
    segment(0xfe, secret),
    segment(0xc4, bytes(1)),
    scan,
    bytes(0xff, 0xd9),
  );
  const clean = concat(bytes(0xff, 0xd8), tables, scan, segment(0xc4, bytes(1)), scan, bytes(0xff, 0xd9));
  expect(left(image)).toEqual(clean);
});

test("a PNG loses texts, Exif, its time, unknown chunks and what follows it", () => {
  const words = ["tEXt", "zTXt", "iTXt", "eXIf", "tIME", "quIz"].map((kind) => chunk(kind, secret));
  const image = concat(png(...words, chunk("gAMA", be(45455, 4))), secret);
  expect(says(image)).toBe(true);
  expect(left(image)).toEqual(png(chunk("gAMA", be(45455, 4))));
});

test("a WebP loses Exif and XMP, and does not say any more that it has them", () => {
  const flags = (value: number) => riff("VP8X", concat(bytes(value), new Uint8Array(9)));
  const picture = riff("VP8 ", bytes(1, 2, 3));
  const image = concat(
    webp(flags(0x2c), riff("ICCP", bytes(5)), picture, riff("EXIF", secret), riff("XMP ", secret)),
    secret,
  );
  expect(says(image)).toBe(true);
  expect(left(image)).toEqual(webp(flags(0x20), riff("ICCP", bytes(5)), picture));
});

test("a GIF loses comments, texts and XMP, and goes on moving", () => {
  const image = concat(
    gifHead,
    loops,
    gifWords(0xfe, secret),
    xmpInGif,
    gifWords(0x01, secret),
    control,
    gifImage,
    bytes(0x3b),
    secret,
  );
  expect(says(image)).toBe(true);
  expect(left(image)).toEqual(concat(gifHead, loops, control, gifImage, bytes(0x3b)));
});

test("whatever is no sound picture is left alone, wherever it is cut", () => {
  const pictures = [
    jpeg(jfif, segment(0xe1, exif(6))),
    png(chunk("tEXt", secret)),
    webp(riff("VP8 ", secret)),
    concat(gifHead, control, gifImage, bytes(0x3b)),
  ];
  for (const picture of pictures) {
    expect(strip(picture)).not.toBeNull();
    for (let length = 0; length < picture.length; length += 1) expect(strip(picture.slice(0, length))).toBeNull();
  }
  for (const other of [utf8("<svg onload=alert(1)>"), utf8("%PDF-1.7"), bytes(), utf8("<!doctype html>")]) {
    expect(strip(other)).toBeNull();
  }
});

test("no bytes make it run forever or beyond the end", () => {
  let state = 7;
  const random = () => (state = (state * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
  const pictures = [
    jpeg(jfif, segment(0xe1, exif(6, true))),
    png(chunk("tEXt", secret)),
    webp(riff("VP8X", new Uint8Array(10)), riff("VP8 ", secret)),
    concat(gifHead, loops, gifImage, bytes(0x3b)),
  ];
  for (let round = 0; round < 4_000; round += 1) {
    const picture = (pictures[round % pictures.length] ?? bytes()).slice();
    for (let change = 0; change < 3; change += 1)
      picture[Math.floor(random() * picture.length)] = Math.floor(random() * 256);
    const found = strip(picture);
    if (found !== null) expect(concat(...found.parts).length).toBeLessThanOrEqual(picture.length + 36);
  }
});
