import type * as wire from "../../wire.gen.js";
import { get, post } from "../../net/api.js";

/** What stands in the form of a place. `id` is null for one that there is not yet. */
export interface PlaceForm {
  id: string | null;
  name: string;
  address: string;
  addressTold: boolean;
  stepFree: wire.Place["step_free"];
  wayIn: string;
}

export const NEW_PLACE: PlaceForm = {
  id: null,
  name: "",
  address: "",
  addressTold: false,
  stepFree: "unknown",
  wayIn: "",
};

/** The rooms of one's own agency in which people meet. Throws `Refused`. */
export class AgencyPlaces {
  all: PlaceForm[] | null = $state.raw(null);

  async load(): Promise<void> {
    this.#learn(await get<wire.Places>("/api/agency/places"));
  }

  /** What only the conversation is to tell leaves this page at no time. */
  async keep({ id, ...form }: PlaceForm): Promise<void> {
    const place = {
      name: form.name,
      address: form.addressTold ? "" : form.address,
      address_told: form.addressTold,
      step_free: form.stepFree,
      way_in: form.wayIn,
    };
    this.#learn(await post<wire.Places>(id === null ? "/api/agency/places" : `/api/agency/places/${id}/change`, place));
  }

  async close(id: string): Promise<void> {
    this.#learn(await post<wire.Places>(`/api/agency/places/${id}/close`));
  }

  #learn({ places }: wire.Places): void {
    this.all = places.map((place) => ({
      id: place.id,
      name: place.name,
      address: place.address,
      addressTold: place.address_told,
      stepFree: place.step_free,
      wayIn: place.way_in,
    }));
  }
}
