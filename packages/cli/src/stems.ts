/** The workers, by the stem that their event, function, workflow, queue and DLQ share. */
export const stems = [
  'user-deleted',
  'user-suspended',
  'user-signed-out',
  'app-offboarded',
  'key-rotated',
] as const
export type Stem = (typeof stems)[number]
