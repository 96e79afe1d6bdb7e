import { expect } from "vitest";

/** Counts how many of a set come out as their makers say, prints it, and fails when one does not. */
export async function score<T>(
  name: string,
  cases: readonly T[],
  right: (one: T) => Promise<boolean>,
  remark = "",
): Promise<void> {
  const wrong: number[] = [];
  for (const [index, one] of cases.entries()) if (!(await right(one))) wrong.push(index);
  console.info(`${name}: ${cases.length - wrong.length}/${cases.length}${remark === "" ? "" : ` (${remark})`}`);
  expect(cases.length).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
}
