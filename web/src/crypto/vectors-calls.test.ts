import { expect, test } from "vitest";

import { CallReader, CallWriter } from "./calls.js";
import { codeOf } from "./errors.js";
import { openIdentity } from "./identity.js";
import { bytes, scripted, vectors } from "./testing/vectors.js";
import { toHex } from "./text-forms.js";

interface Step {
  readonly name: string;
  readonly envelope: string;
  readonly refusal: string | null;
  readonly sender?: string;
  readonly counter?: number;
  readonly type?: string;
  readonly sent_at?: number;
  readonly content?: string;
}

const found = vectors<{
  readonly room: string;
  readonly epoch: number;
  readonly kc: string;
  readonly ek: string;
  readonly members: [string, string][];
  readonly made: { ed_seed: string; kem_seed: string; call_id: string; sent_at: number; envelope: string };
  readonly steps: Step[];
}>("calls");

const place = { room: bytes(found.room), epoch: found.epoch, kc: bytes(found.kc), ek: bytes(found.ek) };
const members = new Map(found.members.map(([fingerprint, edPk]) => [fingerprint, bytes(edPk)]));

test("T24, T34, T36: one reader hears what is said in the call, once and in order, and nothing else", async () => {
  const reader = new CallReader();
  for (const { envelope, ...step } of found.steps) {
    const heard = await reader
      .open(place, (one) => members.get(toHex(one)), bytes(envelope))
      .then(({ sender, counter, type, sentAt, content }) => {
        return { refusal: null, sender: toHex(sender), counter, type, sent_at: sentAt, content: toHex(content) };
      })
      .catch((failure: unknown) => ({ refusal: codeOf(failure) }));
    expect({ name: step.name, ...heard }).toEqual(step);
  }
});

test("a signal is sealed byte for byte as in the other language", async () => {
  const { made } = found;
  const identity = await openIdentity(bytes(made.ed_seed), bytes(made.kem_seed), 1);
  const writer = new CallWriter(identity, bytes(made.call_id), scripted("calls"));
  expect(toHex(await writer.seal(place, "ring", new Uint8Array(), made.sent_at))).toBe(made.envelope);
});
