import { expect, test } from "vitest";

import { readName, utf8 } from "../../crypto/encoding.js";
import { kindOf, mediaTypeOf } from "./kinds.js";
import { safeName } from "./names.js";
import { pictureIn } from "./pictures.js";

test("T33: a hostile name becomes one line without a path, a hidden file, a reserved word or a trick of direction", () => {
  const cases: [string, string][] = [
    ["brief.pdf", "brief.pdf"],
    ["Größe & Übersicht (2).docx", "Größe & Übersicht (2).docx"],
    ["../../etc/passwd", "passwd"],
    ["C:\\Windows\\system32\\cmd.exe", "cmd.exe"],
    ["rechnung\u202Egpj.exe", "rechnunggpj.exe"],
    ["a\u0000b\nc\u001B[31m.txt", "abc[31m.txt"],
    ["...bashrc", "bashrc"],
    [" . . ", "datei"],
    ["", "datei"],
    ["..", "datei"],
    ["CON", "_CON"],
    ["nul.txt", "_nul.txt"],
    ["com1.tar.gz", "_com1.tar.gz"],
    ["console.txt", "console.txt"],
    ["<script>alert(1)</script>", "script_"],
    ['a<b>:"c|d?*.txt', "a_b___c_d__.txt"],
    ["foto.jpg. ", "foto.jpg"],
    ["halb\uD800es.txt", "halbes.txt"],
  ];
  for (const [hostile, safe] of cases) expect([hostile, safeName(hostile)]).toEqual([hostile, safe]);
});

test("a name of 300 characters is cut, keeps its ending, and fits into a message", () => {
  for (const name of [
    "a".repeat(300) + ".pdf",
    "ß".repeat(300) + ".jpeg",
    "😀".repeat(300),
    "." + "x".repeat(300),
    "a." + "b".repeat(300),
  ]) {
    const safe = safeName(name);
    expect(readName(utf8(safe))).toBe(safe);
    expect(utf8(safe).length).toBeLessThanOrEqual(120);
    expect(safeName(safe)).toBe(safe);
  }
  expect(safeName("ß".repeat(300) + ".jpeg")).toMatch(/^ß+\.jpeg$/);
});

test("what a file is, is said by what the device will make of it", () => {
  expect(
    ["foto.JPG", "brief.pdf", "lied.mp3", "seite.html", "bild.svg", "foto.jpg.exe", "ohne", ".htaccess"].map(kindOf),
  ).toEqual(["image", "pdf", "sound", "page", "page", "program", "other", "other"]);
});

test("T33: only bytes of a raster picture are one, whatever the name or the declared type", () => {
  expect(pictureIn(utf8('<svg xmlns="http://www.w3.org/2000/svg">'))).toBeNull();
  expect(pictureIn(utf8("%PDF-1.7 picture"))).toBeNull();
  expect(pictureIn(utf8("<html>GIF89a</html>"))).toBeNull();
  expect(pictureIn(new Uint8Array(0))).toBeNull();
  expect(pictureIn(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))).toBe("image/jpeg");
  expect([mediaTypeOf("image/png"), mediaTypeOf("text/html; charset=x"), mediaTypeOf("")]).toEqual([
    "image/png",
    "application/octet-stream",
    "application/octet-stream",
  ]);
});
