/** What a file is, in one word for people: by the ending, since that is what their device will go by. */
export type FileKind =
  "image" | "pdf" | "text" | "document" | "sound" | "video" | "archive" | "page" | "program" | "other";

const endings: Record<Exclude<FileKind, "other">, string> = {
  image: "png jpg jpeg webp gif heic heif avif bmp tif tiff",
  pdf: "pdf",
  text: "txt md csv log",
  document: "doc docx odt rtf xls xlsx ods ppt pptx odp pages",
  sound: "mp3 m4a ogg oga opus wav flac aac amr",
  video: "mp4 mov webm mkv avi 3gp m4v",
  archive: "zip 7z rar tar gz bz2 xz",
  page: "html htm xhtml svg xml mht mhtml",
  program:
    "exe msi bat cmd com scr ps1 vbs vbe js jse wsf wsh hta jar apk app dmg pkg sh lnk url desktop reg docm xlsm pptm iso",
};

const kindOfEnding = new Map(
  Object.entries(endings).flatMap(([kind, listed]) => listed.split(" ").map((one) => [one, kind as FileKind])),
);

export function kindOf(name: string): FileKind {
  const ending = /\.([^.]+)$/.exec(name)?.[1] ?? "";
  return kindOfEnding.get(ending.toLowerCase()) ?? "other";
}

/** The media type that goes into the message; a word for the receiver's eyes, never a reason to show anything. */
export function mediaTypeOf(declared: string): string {
  return /^[a-z0-9.+-]{1,60}\/[a-z0-9.+-]{1,60}$/.test(declared) ? declared : "application/octet-stream";
}
