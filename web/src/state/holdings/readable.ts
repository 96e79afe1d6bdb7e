import type { Collected, Conversation, HeldKind, Said } from "./collected.js";

/** Sentences of the page, in the language that the person reads. */
export interface Words {
  language: string;
  title: string;
  made: string;
  conversations: string;
  held: string;
  json: string;
  deleted: string;
  edited: string;
  file: string;
  fileMissing: string;
  incomplete: string;
  time: (at: string) => string;
}

// Nothing in it may run or reach out, whatever somebody wrote to this person.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
const STYLE = `body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;color:#1e2422;background:#faf8f4}
h1,h2,h3{line-height:1.25}article{margin:1rem 0;padding:.75rem 1rem;border-radius:1rem;background:#fff}article.mine{background:#e3f0ee}
article p{white-space:pre-wrap;overflow-wrap:anywhere;margin:.25rem 0}small{color:#545c58}table{border-collapse:collapse;font-size:.85rem}
th,td{border:1px solid #7a7f7c;padding:.25rem .5rem;text-align:start;overflow-wrap:anywhere}.wide{overflow-x:auto}`;

/** A page of its own: no script, no request, nothing but what stands in it; its JSON lies inside, to be saved. */
export function readablePage(all: Collected, words: Words): string {
  const json = base64Of(new TextEncoder().encode(jsonOf(all)));
  const parts = [
    `<!doctype html><html lang="${escaped(words.language)}"><head><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    `<meta name="referrer" content="no-referrer"><title>${escaped(words.title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(words.title)}</h1><p>${escaped(all.name)} · ${escaped(words.made)} ${escaped(words.time(all.at))}</p>`,
    `<p><a download="${escaped(all.name)}.json" href="data:application/json;base64,${json}">${escaped(words.json)}</a></p>`,
    `<h2>${escaped(words.conversations)}</h2>`,
    ...all.conversations.map((one) => conversation(one, words)),
    `<h2>${escaped(words.held)}</h2>`,
    ...all.held.map(table),
    "</body></html>",
  ];
  return parts.join("\n");
}

export const jsonOf = (all: Collected): string => JSON.stringify(all, null, 2);

/** Without the limit on arguments that a spread would have. */
export function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

function conversation(one: Conversation, words: Words): string {
  const missing = one.incomplete === null ? "" : `<p><strong>${escaped(words.incomplete)}</strong></p>`;
  const said = one.messages.map((message) => article(message, words)).join("\n");
  return `<section><h3>${escaped(one.with)} · ${escaped(one.topic)}</h3>${missing}${said}</section>`;
}

function article(message: Said, words: Words): string {
  const changed = message.changed === "no" ? "" : ` · ${escaped(words[message.changed])}`;
  const head = `<small>${escaped(message.by)} · ${escaped(words.time(message.at))}${changed}</small>`;
  const text = message.text === "" ? "" : `<p>${escaped(message.text)}</p>`;
  return `<article class="${message.mine ? "mine" : "other"}">${head}${text}${fileOf(message, words)}</article>`;
}

function fileOf({ file }: Said, words: Words): string {
  if (file === null) return "";
  const name = escaped(file.name);
  if (file.base64 === null) return `<p>${escaped(words.fileMissing)} ${name}</p>`;
  // Saved, never shown: a file that somebody sent must not become a page.
  const href = `data:application/octet-stream;base64,${file.base64}`;
  return `<p>${escaped(words.file)} <a download="${name}" href="${href}">${name}</a></p>`;
}

function table({ kind, columns, rows }: HeldKind): string {
  const head = columns.map((one) => `<th>${escaped(one)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((one) => `<td>${escaped(one ?? "")}</td>`).join("")}</tr>`).join("");
  return `<h3>${escaped(kind)}</h3><div class="wide"><table><tr>${head}</tr>${body}</table></div>`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? "");
