/** From where a thread is seen. */
export type Side = "client" | "counsellor";
