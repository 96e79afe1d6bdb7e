import type { App } from "../../state/types.js";

/** What the page says after a first enquiry has been stored; gone with the page. */
interface Sent {
  room: string;
  dueAt: Date;
  agencyName: string;
  name: string;
  topic: string | null;
}

class LastSent {
  it: Sent | null = $state.raw(null);
}

export const lastSent = new LastSent();

/** Sends the enquiry written on this page. The draft is emptied by a success, so what the next page tells is noted first. */
export async function sendEnquiry(app: App, name: string, password: string): Promise<void> {
  const { agency, topic } = app.enquiry;
  const { room, dueAt } = await app.sendEnquiry(name, password);
  lastSent.it = { room, dueAt, agencyName: agency?.name ?? "", name: app.me?.name ?? name, topic: topic?.code ?? null };
}
