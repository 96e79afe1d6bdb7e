/** Names of files come from strangers (T33): shown as text, and saved under a name that can do no harm. */
const LARGEST = 120;
const NAMELESS = "datei";
// As in crypto/encoding.ts: what deceives the eye, and what no file system takes.
// eslint-disable-next-line no-control-regex -- these are the characters that a name must not have
const deceiving = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\p{Surrogate}]/gu;
const notInFileNames = /["*:<>?|]/g;
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** A name for the message and for the disk: one line, no path, nothing reserved, 120 bytes with its ending kept. */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const plain = last.replace(deceiving, "").replace(notInFileNames, "_").normalize("NFC");
  const trimmed = plain.replace(/^[.\s]+/, "").replace(/[.\s]+$/, "");
  const named = trimmed === "" ? NAMELESS : trimmed;
  return shortened(reserved.test(named) ? `_${named}` : named);
}

const size = (text: string): number => new TextEncoder().encode(text).length;

function shortened(name: string): string {
  if (size(name) <= LARGEST) return name;
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 && size(name.slice(dot)) <= 16 ? name.slice(dot) : "";
  const letters = [...name.slice(0, name.length - ending.length)];
  while (size(letters.join("")) + size(ending) > LARGEST) letters.pop();
  return letters.join("").trimEnd() + ending;
}
