import type * as wire from "../../wire.gen.js";
import { get } from "../../net/api.js";
import { Refused } from "../../net/refused.js";
import type { App, MessageView, OpenThread, ThreadSummary } from "../types.js";
import type { Collected, Conversation, Said } from "./collected.js";
import { base64Of } from "./readable.js";

type Tell = (done: number, of: number) => void;

/**
 * Everything that is held about whoever is signed in: what the server tells, and what only this page can open. A colleague
 * gets what they wrote themselves, nobody else's words. Throws a Refusal when the server does not tell.
 */
export async function collect(app: App, tell: Tell): Promise<Collected> {
  const told = await get<wire.Holdings>("/api/account/holdings");
  await app.loadThreads();
  const mineOnly = told.role !== "client";
  const conversations: Conversation[] = [];
  for (const [number, summary] of app.threads.entries()) {
    tell(number, app.threads.length);
    conversations.push(await conversationOf(app, summary, mineOnly));
  }
  const { name, role, at, held } = told;
  return { name, role, account: told.account_id, at, conversations, held };
}

/** One that cannot be opened just now is named with its reason: the rest is theirs all the same. */
async function conversationOf(app: App, summary: ThreadSummary, mineOnly: boolean): Promise<Conversation> {
  const { room, topic, agencyName, counsellorName } = summary;
  const known = { room, with: mineOnly ? agencyName : (counsellorName ?? agencyName), topic: mineOnly ? "" : topic };
  let thread: OpenThread | null = null;
  try {
    thread = await app.openThread(room);
    const broken = thread.items.some(({ kind }) => kind === "broken");
    const shown = thread.items.filter((item): item is MessageView => item.kind === "message");
    const messages: Said[] = [];
    for (const one of shown) if (one.mine || !mineOnly) messages.push(await said(app, thread, one));
    return { ...known, incomplete: broken ? "broken" : null, messages };
  } catch (reason) {
    return { ...known, incomplete: codeOf(reason), messages: [] };
  } finally {
    thread?.close();
  }
}

async function said(app: App, thread: OpenThread, message: MessageView): Promise<Said> {
  const { mine, authorName, at, text, changed, file } = message;
  const by = mine ? (app.me?.name ?? authorName) : authorName;
  const whole = { at: at.toISOString(), by, mine, text, changed };
  if (file === undefined) return { ...whole, file: null };
  const named = { name: file.name, size: file.size };
  try {
    const { blob } = await thread.files.fetch(file, () => undefined).result;
    const base64 = base64Of(new Uint8Array(await blob.arrayBuffer()));
    return { ...whole, file: { ...named, mediaType: blob.type, base64 } };
  } catch {
    return { ...whole, file: { ...named, mediaType: "", base64: null } };
  }
}

const codeOf = (reason: unknown): string => (reason instanceof Refused ? reason.code : "unexpected");
