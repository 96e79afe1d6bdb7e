import type { Refusal } from "../../../state/types.js";

/** "Wrong" is one code of the server for everything (T2); the page knows what it asked for, and says that instead. */
export async function sayingWhich<Result>(code: string, step: Promise<Result>): Promise<Result> {
  try {
    return await step;
  } catch (reason) {
    if ((reason as Partial<Refusal> | null)?.code === "wrong_credentials") throw { code } satisfies Refusal;
    throw reason;
  }
}
