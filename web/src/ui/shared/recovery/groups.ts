/** Which groups of a recovery code are asked for, and whether what was typed is one of them. */
export const groupsOf = (code: string): string[] => code.split("-");

/** Two different places, ascending, chosen anew each time: nobody learns to keep only those that are asked for. */
export function twoPlaces(count: number, draw = (below: number) => randomBelow(below)): [number, number] {
  const first = draw(count);
  const second = (first + 1 + draw(count - 1)) % count;
  return first < second ? [first, second] : [second, first];
}

/** As forgiving as the code itself: any case, blanks and hyphens, I and L for 1, O for 0. */
export const isGroup = (typed: string, group: string): boolean =>
  typed.toUpperCase().replace(/[\s-]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0") === group;

function randomBelow(below: number): number {
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
  return drawn % below;
}
