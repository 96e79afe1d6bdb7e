/** What `python -m bench` measures in a page: the cryptography as it is built for people, in their kind of browser. */
import {
  fromHex,
  makeCommit,
  openIdentity,
  Reader,
  readRoster,
  RosterBook,
  type Bytes,
  type Identity,
} from "../../src/crypto/index.js";

interface Written {
  room: string;
  room_share: string;
  me: { ed_seed: string; kem_seed: string };
  rosters: { root_fingerprint: string; roster: string }[];
  items: string[];
}

interface Prepared {
  reader: Reader;
  items: Bytes[];
  me: Identity;
  book: RosterBook;
  roomShare: Bytes;
}

async function prepared(given: Written): Promise<Prepared> {
  const rosters = given.rosters.map(({ roster, root_fingerprint }) =>
    readRoster(fromHex(roster), fromHex(root_fingerprint)),
  );
  const book = new RosterBook(await Promise.all(rosters));
  const [me, roomShare] = [
    await openIdentity(fromHex(given.me.ed_seed), fromHex(given.me.kem_seed)),
    fromHex(given.room_share),
  ];
  const reader = new Reader(fromHex(given.room), { book, roomShare, me });
  return { reader, items: given.items.map(fromHex), me, book, roomShare };
}

/** As the page reads a room: one item after the other. Throws when anything is not as it should be. */
async function readAll({ reader, items }: Prepared): Promise<void> {
  reader.announce(items);
  for (const [index, item] of items.entries()) {
    const { kind, alarm, reason } = await reader.push(index + 1, item);
    if (alarm || kind === "sealed" || kind === "broken") throw new Error(`position ${index + 1}: ${kind} ${reason}`);
  }
}

/** Seconds for reading a room from its first item, nothing but the rosters known before. */
async function reading(given: Written): Promise<number> {
  const room = await prepared(given);
  const began = performance.now();
  await readAll(room);
  return (performance.now() - began) / 1000;
}

/** Seconds for a fresh secret for everybody in the room, sealed to each and judged as the others will judge it. */
async function epoch(given: Written): Promise<number> {
  const room = await prepared(given);
  await readAll(room);
  const { reader, me, book, roomShare } = room;
  if (reader.log === null || reader.th === null) throw new Error("the room has no log");
  const terms = { seenPos: reader.position, seenTh: reader.th, createdAt: Number(given.items.length) + createdAt };
  const began = performance.now();
  await makeCommit(reader.log, me, [{ kind: "rotate", reason: "age" }], book, roomShare, terms);
  return (performance.now() - began) / 1000;
}

/** When the rooms of the bench were made, milliseconds UTC. */
const createdAt = 1_795_472_100_000;

/** Seconds for a file of that size in a worker of its own, as the page does it, without disk and network. */
const inWorker =
  (what: "seal" | "open") =>
  (size: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./file.worker.ts", import.meta.url), { type: "module" });
      worker.addEventListener("error", reject);
      worker.addEventListener("message", ({ data }: MessageEvent<number>) => {
        worker.terminate();
        resolve(data);
      });
      worker.postMessage({ size, what });
    });

const file = { sealing: inWorker("seal"), opening: inWorker("open") };
Object.assign(globalThis, { bench: { reading, epoch, ...file } });
