import { expect, test } from "vitest";

import type { AgencyView, TopicView } from "../../state/types.js";
import { insteadOf, type Standing } from "./guards.js";
import { placeAt } from "./routes.js";

const room = "0123456789abcdef0123456789abcdef";
const nothingYet = { topic: null, agency: null, text: "", consent: "" };
const written = { topic: {} as TopicView, agency: {} as AgencyView, text: "It is hard to say.", consent: "ab" };
const stranger: Standing = { role: null, enquiry: nothingYet, sent: false, deleted: false, code: false };
const client: Standing = { ...stranger, role: "client" };
const counsellor: Standing = { ...stranger, role: "counsellor" };

const sentFrom = (path: string, standing: Standing): string | null => insteadOf(placeAt(path), standing);

test("an address names its page and its room", () => {
  expect(placeAt("/postal-code/")).toEqual({ page: "postal_code" });
  expect(placeAt(`/thread/${room}/book`)).toEqual({ page: "book", room });
  expect(placeAt(`/inbox/${room}`)).toEqual({ page: "enquiry", room });
  expect(placeAt("/thread/../inbox")).toEqual({ page: "unknown" });
});

test("who is not signed in meets the log-in page before any thread", () => {
  for (const path of ["/threads", `/thread/${room}`, `/thread/${room}/book`, "/inbox", "/calendar", "/notices"]) {
    expect(sentFrom(path, stranger)).toBe("/login");
  }
});

test("a first enquiry cannot skip a step", () => {
  expect(sentFrom("/postal-code", stranger)).toBe("/topic");
  expect(sentFrom("/write", stranger)).toBe("/topic");
  expect(sentFrom("/name", { ...stranger, enquiry: { ...written, text: " " } })).toBe("/write");
  expect(sentFrom("/name", { ...stranger, enquiry: { ...written, consent: "" } })).toBe("/write");
  expect(sentFrom("/name", { ...stranger, enquiry: written })).toBeNull();
  expect(sentFrom("/sent", stranger)).toBe("/");
});

test("clients and counsellors do not meet each other's pages", () => {
  expect(sentFrom("/inbox", client)).toBe("/threads");
  expect(sentFrom("/topic", counsellor)).toBe("/inbox");
  expect(sentFrom(`/thread/${room}`, client)).toBeNull();
  expect(sentFrom(`/thread/${room}`, counsellor)).toBeNull();
});

test("what was deleted is said once, whoever is still signed in", () => {
  expect(placeAt(`/thread/${room}/delete`)).toEqual({ page: "delete_thread", room });
  expect(placeAt(`/inbox/${room}/delete`)).toEqual({ page: "unknown" });
  expect(sentFrom("/deleted", stranger)).toBe("/");
  expect(sentFrom("/deleted", { ...stranger, deleted: true })).toBeNull();
  expect(sentFrom("/account/delete", counsellor)).toBe("/inbox");
});

test("who comes by a link to work here needs no login; the team is for those who have one", () => {
  expect(placeAt(`/team/${room}/leave`)).toEqual({ page: "leave", account: room });
  expect(placeAt(`/team/${room}/keys`)).toEqual({ page: "renew", account: room });
  for (const path of ["/founding", "/invitation"]) {
    expect(sentFrom(path, stranger)).toBeNull();
    expect(sentFrom(path, counsellor)).toBe("/inbox");
  }
  for (const path of ["/team", `/team/${room}/leave`, `/team/${room}/keys`]) {
    expect(sentFrom(path, stranger)).toBe("/login");
    expect(sentFrom(path, client)).toBe("/threads");
    expect(sentFrom(path, counsellor)).toBeNull();
  }
});

test("who is signed in is not asked to sign in again", () => {
  expect(sentFrom("/login", client)).toBe("/threads");
  expect(sentFrom("/", counsellor)).toBe("/inbox");
});

test("who has come back with a code stays until the new one is kept or left aside", () => {
  expect(sentFrom("/recover", stranger)).toBeNull();
  expect(sentFrom("/recover", { ...client, code: true })).toBeNull();
  expect(sentFrom("/recover", client)).toBe("/threads");
});

test("one's own account is for everybody who is signed in, and for nobody else", () => {
  for (const path of ["/account", "/account/password", "/account/stolen", "/account/code"]) {
    expect(sentFrom(path, stranger)).toBe("/login");
    expect(sentFrom(path, client)).toBeNull();
    expect(sentFrom(path, counsellor)).toBeNull();
  }
});
