import { expect, test } from "vitest";

import { actionOf } from "./keys.js";

const pressed = (key: string, held: object = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

test("single keys move, reply and explain", () => {
  expect(actionOf(pressed("j"), false)).toBe("next");
  expect(actionOf(pressed("k"), false)).toBe("previous");
  expect(actionOf(pressed("r"), false)).toBe("reply");
  expect(actionOf(pressed("?"), false)).toBe("help");
});

test("a letter typed into a message is a letter", () => {
  expect(actionOf(pressed("j"), true)).toBeNull();
});

test("the browser's own shortcuts stay the browser's", () => {
  expect(actionOf(pressed("r", { ctrlKey: true }), false)).toBeNull();
  expect(actionOf(pressed("j", { metaKey: true }), false)).toBeNull();
});
