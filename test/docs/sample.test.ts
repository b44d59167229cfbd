import { expect, test } from 'vitest'
import { playPage } from './play-page.ts'

/** The other pages take minutes: `npm run test:docs`. */
test('every example of docs/events.md ends something that lapse dev --seed has made', async () => {
  const played = await playPage('events.md', undefined, { patienceMs: 200_000 })

  expect(played.filter(({ problem }) => problem !== undefined)).toEqual([])
  expect(played.length).toBeGreaterThan(5)
})
