import { randomUUID } from 'node:crypto'

/** An event of now, with an id of its own. */
export const eventBody = (type: string, data: object) =>
  JSON.stringify({
    specversion: '1.0',
    id: randomUUID(),
    source: 'https://accounts.example',
    type,
    time: new Date().toISOString(),
    data,
  })

/** A `user.deleted` of a user whose name is in every text a publisher may choose. */
export const bodyOf = (subject: string) =>
  JSON.stringify({
    specversion: '1.0',
    id: `deletion of ${subject}`,
    source: `https://accounts.example/users/${encodeURIComponent(subject)}`,
    type: 'user.deleted',
    time: '2026-01-02T03:04:00Z',
    data: { subject },
  })
