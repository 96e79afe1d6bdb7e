import { Refused } from "../net/refused.js";
import { noticesWorker } from "./workers.js";

/** What a browser says about where it can be told: its address at its maker's service, and to which keys to seal. */
export interface Subscription {
  endpoint: string;
  p256dh: string;
  auth: string;
}

export const canBeTold = (): boolean =>
  "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** Where this browser is told already. Does not ask its person, and begins nothing. */
export async function toldAt(): Promise<string | null> {
  if (!canBeTold()) return null;
  return (await subscribed())?.endpoint ?? null;
}

/** Asks the person, in the browser's own words. Throws `push_refused`. */
export async function beginTelling(serverKey: string): Promise<Subscription> {
  try {
    if ((await Notification.requestPermission()) !== "granted") throw new Refused("push_refused");
    const registration = await navigator.serviceWorker.register(noticesWorker() as string);
    await navigator.serviceWorker.ready;
    const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: serverKey });
    const { keys } = made.toJSON();
    return { endpoint: made.endpoint, p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "" };
  } catch (reason) {
    if (reason instanceof Refused) throw reason;
    throw new Refused("push_refused");
  }
}

/** Nothing stays in the browser. */
export async function endTelling(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
  await registration?.unregister();
}

async function subscribed(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}
