import { m } from "../../paraglide/messages.js";
import type { Capability } from "../../state/agency/types.js";

const words: Record<Capability, () => string> = {
  counsel: m.team_counsel,
  duty: m.team_duty,
  coordinate: m.team_coordinate,
};
const order: Capability[] = ["counsel", "duty", "coordinate"];

/** "berät · springt ein · koordiniert" */
export const tasksInWords = (capabilities: readonly Capability[]): string =>
  order
    .filter((one) => capabilities.includes(one))
    .map((one) => words[one]())
    .join(" · ");
