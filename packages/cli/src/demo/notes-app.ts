import { randomBytes } from 'node:crypto'
import type { Ory } from '@lapse/core/ory'

/** An app that works for itself: no user signs in to it. */
export const notes = { client_id: 'notes', client_name: 'Notes' } as const

/** Registers it. Gives what it authenticates with. */
export async function registerNotes(ory: Ory) {
  const client_secret = randomBytes(24).toString('base64url')
  await ory.createOAuth2Client({
    body: {
      ...notes,
      client_secret,
      grant_types: ['client_credentials'],
      response_types: ['token'],
      metadata: { team: 'notes' },
    },
  })
  return { client_id: notes.client_id, client_secret }
}
