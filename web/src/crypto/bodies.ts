import { empty, fields, lp, readName, readText, readU64, sized, u64, utf8, word, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";

const largestText = 32768;

export type Clock = "none" | "asks" | "answers" | "needs_no_answer";

export class Text {
  readonly type = "text";
  constructor(readonly text: string) {}
}

/** A stored file: everything needed to find, open and check it travels in the message only (T31). */
export class FileBody {
  readonly type = "file";
  constructor(
    readonly fileId: Bytes,
    readonly name: string,
    readonly mediaType: string,
    readonly size: number,
    readonly key: Bytes,
    readonly digest: Bytes,
    readonly text: string,
  ) {}
}

export class Edit {
  readonly type = "edit";
  constructor(
    readonly target: Bytes,
    readonly text: string,
  ) {}
}

export class Delete {
  readonly type = "delete";
  constructor(readonly target: Bytes) {}
}

/** Read up to this position. */
export class Read {
  readonly type = "read";
  constructor(readonly position: number) {}
}

/** The pseudonym that is shown. */
export class Introduce {
  readonly type = "introduce";
  constructor(readonly name: string) {}
}

/** This did not answer me; without a target it takes back "needs no answer". */
export class Contest {
  readonly type = "contest";
  constructor(readonly target: Bytes | null) {}
}

export class NoAnswerNeeded {
  readonly type = "no_answer_needed";
}

/** Well-formed, but of a later version: shown as unknown, nothing else happens. */
export class UnknownBody {
  readonly type = "unknown";
  constructor(
    readonly word: string,
    readonly content: Bytes,
  ) {}
}

export type Body = Text | FileBody | Edit | Delete | Read | Introduce | Contest | NoAnswerNeeded | UnknownBody;

/** The word on the wire and the content. Raises what a reader would raise, before anything is sealed. */
export function writeContent(body: Body): readonly [Bytes, Bytes] {
  const [type, content] = contentOf(body);
  if (body.type !== "unknown") readContent(body.type, content);
  return [type, content];
}

function contentOf(body: Body): readonly [Bytes, Bytes] {
  const type = word(body.type === "unknown" ? body.word : body.type);
  switch (body.type) {
    case "text":
      return [type, writeText(body.text)];
    case "file":
      return [type, writeFile(body)];
    case "edit":
      return [type, lp(sized(body.target, 32), writeText(body.text))];
    case "delete":
      return [type, lp(sized(body.target, 32))];
    case "read":
      return [type, lp(u64(body.position))];
    case "introduce":
      return [type, utf8(body.name)];
    case "contest":
      return [type, lp(body.target ?? empty)];
    case "no_answer_needed":
      return [type, empty];
    case "unknown":
      return [type, body.content];
  }
}

/** Whatever was sealed: raises `malformed`, `message_empty`, `message_too_large`. */
export function readContent(type: string, content: Bytes): Body {
  switch (type) {
    case "text":
      return new Text(readMessageText(content));
    case "file":
      return readFile(content);
    case "edit":
      return readEdit(content);
    case "delete":
      return new Delete(sized(fields(content, 1)[0], 32));
    case "read":
      return new Read(readU64(fields(content, 1)[0]));
    case "introduce":
      return new Introduce(readName(content));
    case "contest":
      return readContest(fields(content, 1)[0]);
    case "no_answer_needed":
      sized(content, 0);
      return new NoAnswerNeeded();
    default:
      return new UnknownBody(type, content);
  }
}

/** Whether the header's clock goes with what the message is (T47). */
export function clockFits(body: Body, clock: Clock): boolean {
  switch (body.type) {
    case "text":
    case "file":
    case "unknown":
      return true;
    case "contest":
      return clock === "asks";
    case "no_answer_needed":
      return clock === "needs_no_answer";
    default:
      return clock === "none";
  }
}

function writeText(text: string, least = 1): Bytes {
  const bytes = utf8(text);
  checkTextSize(bytes, least);
  return bytes;
}

function readMessageText(field: Bytes, least = 1): string {
  checkTextSize(field, least);
  return readText(field);
}

function checkTextSize(text: Bytes, least: number): void {
  if (text.length < least) throw new CryptoRefusal("message_empty");
  if (text.length > largestText) throw new CryptoRefusal("message_too_large");
}

function writeFile({ fileId, name, mediaType, size, key, digest, text }: FileBody): Bytes {
  return lp(fileId, utf8(name), utf8(mediaType), u64(size), key, digest, writeText(text, 0));
}

function readFile(content: Bytes): FileBody {
  const [fileId, name, mediaType, size, key, digest, caption] = fields(content, 7);
  const named = [readName(name), readName(mediaType), readU64(size)] as const;
  return new FileBody(sized(fileId, 16), ...named, sized(key, 32), sized(digest, 32), readMessageText(caption, 0));
}

function readEdit(content: Bytes): Edit {
  const [target, text] = fields(content, 2);
  return new Edit(sized(target, 32), readMessageText(text));
}

function readContest(target: Bytes): Contest {
  return new Contest(target.length === 0 ? null : sized(target, 32));
}
