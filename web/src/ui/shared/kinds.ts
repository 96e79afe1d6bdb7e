import { m } from "../../paraglide/messages.js";
import type { Kind, PlaceView } from "../../state/types.js";

const kinds: Record<Kind, () => string> = {
  chat: m.kind_chat,
  video: m.kind_video,
  phone: m.kind_phone,
  on_site: m.kind_on_site,
};
const withSomebody: Record<Kind, (of: { name: string }) => string> = {
  chat: m.appointment_with,
  video: m.appointment_video_with,
  phone: m.appointment_phone_with,
  on_site: m.appointment_on_site_with,
};
const steps: Record<PlaceView["stepFree"], () => string> = {
  yes: m.step_free_yes,
  partly: m.step_free_partly,
  no: m.step_free_no,
  unknown: m.step_free_unknown,
};

/** "Live-Chat", "Anruf", "Treffen vor Ort". */
export const kindName = (kind: Kind): string => kinds[kind]();

/** "Anruf mit Frau Berger" */
export const kindWith = (kind: Kind, name: string): string => withSomebody[kind]({ name });

export const stepFreeInWords = ({ stepFree }: Pick<PlaceView, "stepFree">): string => steps[stepFree]();
