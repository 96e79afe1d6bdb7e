import type { Bytes } from "../../../crypto/encoding.js";
import { pictureIn, type PictureType } from "../pictures.js";
import { stripGif } from "./gif.js";
import { stripJpeg } from "./jpeg.js";
import type { Kept } from "./parts.js";
import { stripPng } from "./png.js";
import { stripWebp } from "./webp.js";

const strippers: Record<PictureType, (bytes: Bytes) => Kept> = {
  "image/jpeg": stripJpeg,
  "image/png": stripPng,
  "image/webp": stripWebp,
  "image/gif": stripGif,
};

/** The picture without what it says about place, device and time; null for anything but a sound picture. */
export function strip(bytes: Bytes): { type: PictureType; parts: Bytes[] } | null {
  const type = pictureIn(bytes);
  if (type === null) return null;
  const parts = strippers[type](bytes);
  return parts && { type, parts };
}
