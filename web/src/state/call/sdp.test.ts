import { expect, test } from "vitest";

import { fingerprintsIn, namesRelay, relayedOnly } from "./sdp.js";

const relay = "a=candidate:3 1 udp 41885439 203.0.113.7 50001 typ relay raddr 198.51.100.4 rport 40000 generation 0";
const host = "a=candidate:1 1 udp 2122260223 192.168.1.5 40000 typ host generation 0";
const reflexive = "a=candidate:2 1 udp 1686052607 198.51.100.4 40000 typ srflx raddr 192.168.1.5 rport 40000";
const certificate = "a=fingerprint:SHA-256 aa:BB:01";
const sdp = (...lines: string[]): string => ["v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", ...lines, ""].join("\r\n");

test("T48: of all ways only those through a relay stay, without the address behind it", () => {
  const left = relayedOnly(sdp(certificate, host, reflexive, relay));
  expect(left).toBe(sdp(certificate, relay.replace("198.51.100.4 rport 40000", "0.0.0.0 rport 0")));
  expect([namesRelay(left), namesRelay(relayedOnly(sdp(host)))]).toEqual([true, false]);
});

test("T48: a candidate that only claims to be relayed somewhere behind its type is none", () => {
  const sly = "a=candidate:1 1 udp 1 192.168.1.5 40000 typ host x typ relay";
  expect(namesRelay(relayedOnly(sdp(sly)))).toBe(false);
});

test("T36: the certificates are compared in one form of writing", () => {
  expect(fingerprintsIn(sdp(certificate))).toEqual(new Set(["sha-256 AA:BB:01"]));
});
