import { expect, test } from "vitest";

import { addressText, holdsAddress, holdsPhone, NO_NEEDS, needsText, wantsAnswer, withoutPhone } from "./needs.js";

const ALL = { phone: " 0251\n 1234 ", interpreter: "Türkisch", companion: true, further: "Ich höre schlecht." };

test("what is needed becomes lines that anybody can read", () => {
  expect(needsText(ALL, "de")).toBe(
    "Zum Termin:\nTelefon: 0251 1234\nDolmetschen: Türkisch\nBegleitung: ja\nIch höre schlecht.",
  );
  expect(needsText({ ...NO_NEEDS, companion: true }, "en")).toBe("For the appointment:\nAccompanied: yes");
  expect(needsText(NO_NEEDS, "de")).toBeNull();
});

test("a number is found in either language, and only where the form has it", () => {
  for (const language of ["de", "en"] as const) expect(holdsPhone(needsText(ALL, language) ?? "")).toBe(true);
  expect(holdsPhone(needsText({ ...ALL, phone: "" }, "de") ?? "")).toBe(false);
  expect(holdsPhone("Meine Nummer\nTelefon: 0251 1234")).toBe(false);
  expect(holdsPhone("Zum Termin:\nIch habe kein\nTelefon: nie")).toBe(false);
});

test("without the number everything else is still there", () => {
  const text = needsText(ALL, "de") ?? "";
  expect(withoutPhone(text, "(weg)")).toBe(
    "Zum Termin:\n(weg)\nDolmetschen: Türkisch\nBegleitung: ja\nIch höre schlecht.",
  );
  expect(withoutPhone("Hallo\nWelt", "(weg)")).toBe("Hallo\nWelt");
});

test("a number alone asks for no answer, and a wish does", () => {
  expect(wantsAnswer({ ...NO_NEEDS, phone: "0251 1234" })).toBe(false);
  expect(wantsAnswer({ ...NO_NEEDS, interpreter: "Arabisch" })).toBe(true);
  expect(wantsAnswer({ ...NO_NEEDS, companion: true })).toBe(true);
  expect(wantsAnswer({ ...NO_NEEDS, further: "Ich brauche eine Pause." })).toBe(true);
});

test("an address is told in a form of its own", () => {
  expect(holdsAddress(addressText(" Kanalweg 3 ", "de"))).toBe(true);
  expect(holdsAddress("Adresse zum Termin: steht noch aus")).toBe(false);
});
