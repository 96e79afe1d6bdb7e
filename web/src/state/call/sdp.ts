/** What a page tells of itself in an offer or answer, and what it takes of another's. Nobody's address is in it (T48). */

const CANDIDATE = /^a=candidate:/;
/** RFC 8839: foundation, component, transport, priority, address, port, "typ", type. */
const RELAYED = /^a=candidate:\S+ \d+ \S+ \d+ \S+ \d+ typ relay(?: |$)/;
const BEHIND = /(raddr) \S+ (rport) \d+/;
const MASKED = "$1 0.0.0.0 $2 0";

/** The same with candidates of a relay only; the address behind the relay, which browsers may name, is masked. */
export function relayedOnly(sdp: string): string {
  const lines = sdp.split("\r\n").filter((line) => !CANDIDATE.test(line) || RELAYED.test(line));
  return lines.map((line) => (CANDIDATE.test(line) ? line.replace(BEHIND, MASKED) : line)).join("\r\n");
}

/** Whether there is a way to whoever said this. */
export const namesRelay = (sdp: string): boolean => sdp.split("\r\n").some((line) => RELAYED.test(line));

/** The certificates that their author stands for, as `sha-256 AA:BB:…`, lower-case algorithm and upper-case bytes. */
export function fingerprintsIn(sdp: string): Set<string> {
  const found = sdp.matchAll(/^a=fingerprint:(\S+) (\S+)$/gm);
  return new Set(
    [...found].map(([, algorithm = "", bytes = ""]) => `${algorithm.toLowerCase()} ${bytes.trim().toUpperCase()}`),
  );
}
