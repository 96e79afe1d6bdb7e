import { m } from "../../../paraglide/messages.js";
import { kindOf, type FileKind } from "../../../state/attachments/kinds.js";
import { sizeInWords } from "../sizes.js";

const kinds: Record<FileKind, () => string> = {
  image: m.file_kind_image,
  pdf: m.file_kind_pdf,
  text: m.file_kind_text,
  document: m.file_kind_document,
  sound: m.file_kind_sound,
  video: m.file_kind_video,
  archive: m.file_kind_archive,
  page: m.file_kind_page,
  program: m.file_kind_program,
  other: m.file_kind_other,
};

/** What it is and how large, such as "Bild, 1,2 MB". */
export const aboutFile = ({ name, size }: { name: string; size: number }, locale: string): string =>
  m.file_about({ kind: kinds[kindOf(name)](), size: sizeInWords(size, locale) });

/** Opened by mistake, such a file does something. */
export const isDangerous = (name: string): boolean => ["page", "program"].includes(kindOf(name));
