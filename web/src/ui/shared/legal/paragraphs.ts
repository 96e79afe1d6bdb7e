export type Block = { kind: "heading" | "text"; text: string } | { kind: "list"; lines: string[] };

/** What an operator wrote, in pieces that a page can show: text only, whatever stands there. */
export const blocksOf = (text: string): Block[] => text.split(/\n\s*\n/).flatMap(blocksOfParagraph);

/** Lines of an address stay under each other. */
function blocksOfParagraph(paragraph: string): Block[] {
  const blocks: Block[] = [];
  for (const line of paragraph.split("\n").map((one) => one.trim())) {
    const last = blocks.at(-1);
    const rest = line.slice(2).trim();
    if (line === "") continue;
    if (line.startsWith("# ")) blocks.push({ kind: "heading", text: rest });
    else if (line.startsWith("- ") && last?.kind === "list") last.lines.push(rest);
    else if (line.startsWith("- ")) blocks.push({ kind: "list", lines: [rest] });
    else if (last?.kind === "text") last.text += `\n${line}`;
    else blocks.push({ kind: "text", text: line });
  }
  return blocks;
}
