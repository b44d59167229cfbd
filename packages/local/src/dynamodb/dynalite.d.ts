declare module 'dynalite' {
  import type { Server } from 'node:http'

  interface Options {
    /** How long a table stays in `CREATING`, in milliseconds. */
    readonly createTableMs?: number
    readonly deleteTableMs?: number
    readonly updateTableMs?: number
  }

  /** A server that does not listen yet; closing it closes the store behind it. */
  export default function dynalite(options?: Options): Server
}
