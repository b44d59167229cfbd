import { expect, test } from 'vitest'
import type { Ory } from '../../ory/index.ts'
import { manualClock } from '../../testing/index.ts'
import { notesOnMetadataDocuments } from './metadata-documents.ts'

const clientId = 'https://app.example/client.json'

/** A server whose discovery answers so, and how often it was asked. */
function server(discover: () => Promise<object>) {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const counts = { asked: 0 }
  const ory = {
    discoverOidcConfiguration: () => {
      counts.asked += 1
      return discover()
    },
  } as unknown as Ory
  const notesOf = (mode: 'delete' | 'suspend' | 'reset', id = clientId) =>
    notesOnMetadataDocuments({ mode, clientId: id }, { ory, services: { ory, clock } as never })
  return { clock, counts, notesOf }
}

const issuer = 'https://ory.example'

test.each([
  [
    'says so',
    async () => ({ issuer, client_id_metadata_document_supported: true }),
    /discovery says .* Ory makes such a client again/,
  ],
  [
    'denies it',
    async () => ({ issuer, client_id_metadata_document_supported: false }),
    /does not say .* no such client by itself$/,
  ],
  ['says nothing of it', async () => ({ issuer }), /does not say .* no such client by itself$/],
  ['fails', () => Promise.reject(new Error('503')), /could not be read/],
])(
  'tells whether a client comes back by itself, where discovery %s',
  async (_what, discover, note) => {
    const { notesOf } = server(discover)

    for (const mode of ['delete', 'reset'] as const)
      expect(await notesOf(mode)).toEqual([expect.stringMatching(note)])
  },
)

test('asks once for all receipts of a minute', async () => {
  const { notesOf, counts, clock } = server(async () => ({ issuer }))
  await Promise.all([notesOf('delete'), notesOf('delete')])
  clock.advance(59_999)
  await notesOf('reset')
  expect(counts.asked).toBe(1)

  clock.advance(1)
  await notesOf('delete')
  expect(counts.asked).toBe(2)
})

test('asks nothing of a client that stays, or whose id is no URL', async () => {
  const { notesOf, counts } = server(async () => ({ issuer }))

  expect(await notesOf('suspend')).toEqual([])
  expect(await notesOf('delete', 'photos')).toEqual([])
  expect(counts.asked).toBe(0)
})
