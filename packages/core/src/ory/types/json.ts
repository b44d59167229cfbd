/** What JSON can say. Used for Ory's free slots: metadata, contexts and session claims. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object; members may be left out but are never `undefined` on the wire. */
export interface JsonObject {
  readonly [member: string]: Json
}
