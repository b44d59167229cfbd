import { expect, test } from 'vitest'
import { checkSectorIdentifier } from './sector-identifier.ts'

const [mail, chat] = ['https://mail.example/cb', 'https://chat.example/cb']
const sector_identifier_uri = 'https://sector.example/uris.json'

/** What the list at the sector identifier is taken for; only `https` is asked at all. */
const listing =
  (...uris: readonly unknown[]) =>
  async (location: string) =>
    location === sector_identifier_uri ? uris : []

test('is content where every redirect URI is listed', async () => {
  const client = { sector_identifier_uri, redirect_uris: [mail, chat] }

  await expect(checkSectorIdentifier(client, listing(chat, mail, 7))).resolves.toBeUndefined()
})

test.each([
  [[mail, chat], [mail]],
  [[mail], []],
  [null, []],
])('refuses the redirect URIs %j where %j are listed', async (redirect_uris, listed) => {
  const client = { sector_identifier_uri, redirect_uris }

  await expect(checkSectorIdentifier(client, listing(...listed))).rejects.toMatchObject({
    answer: { status: 400, json: { error: 'invalid_client_metadata' } },
  })
})

test('asks nothing but https', async () => {
  const client = { sector_identifier_uri: 'http://sector.example', redirect_uris: [mail] }

  await expect(checkSectorIdentifier(client, async () => [mail])).rejects.toMatchObject({
    answer: { status: 400 },
  })
})

test('asks nothing where there is no sector identifier', async () => {
  const client = { sector_identifier_uri: '', redirect_uris: [mail] }
  const never = () => Promise.reject(new Error('asked'))

  await expect(checkSectorIdentifier(client, never)).resolves.toBeUndefined()
})
