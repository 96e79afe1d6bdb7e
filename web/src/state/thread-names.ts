import type * as wire from "../wire.gen.js";
import { toHex } from "../crypto/text-forms.js";
import type { Bytes } from "./protocol.js";
import type { Room } from "./room.js";

/** Who is who in a thread: accounts as the server names them, fingerprints as the room does. */
export class ThreadNames {
  constructor(
    private readonly thread: () => wire.Thread,
    private readonly room: () => Room,
  ) {}

  readonly of = (fingerprint: string): string => this.room().certifiedName(fingerprint) ?? this.thread().client_name;

  ofAccount(account: string): string {
    const thread = this.thread();
    if (account === thread.client) return thread.client_name;
    for (const member of this.room().reader.members) {
      if (member.userId !== null && toHex(member.userId) === account) return this.of(toHex(member.fingerprint));
    }
    return thread.counsellor_name ?? thread.agency_name;
  }

  accountOf(fingerprint: Bytes): string {
    const member = this.room().reader.members.find((one) => toHex(one.fingerprint) === toHex(fingerprint));
    return member?.userId ? toHex(member.userId) : this.thread().client;
  }
}
