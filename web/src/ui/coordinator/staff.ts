import type { App } from "../../state/types.js";

const NAME = /^[a-z0-9._-]{3,32}$/;

/** What can be said of name and password before anything is sent. Throws a refusal. */
export async function checkStaff(
  app: App,
  { displayName, name, password }: { displayName: string; name: string; password: string },
): Promise<void> {
  if (displayName.trim() === "") throw { code: "display_name_invalid" };
  if (!NAME.test(name.trim().toLowerCase())) throw { code: "name_invalid" };
  if (password === "") throw { code: "password_invalid" };
  if ((await app.weakness(password, name.trim())) !== null) throw { code: "password_weak" };
}
