import { expect, test } from 'vitest'
import { compile } from './compile.ts'
import type { AnyOperation } from './operation.ts'
import { writeRequest } from './request.ts'

const listing = {
  method: 'GET',
  port: 'api-keys',
  path: '/keys',
  success: [200],
  answer: 'page',
  repeatable: true,
  bucket: 'unpublished',
  filter: { actor_id: 'actor' },
} as const satisfies AnyOperation

test('writes a filter whether or not anything else goes into the query: without one all are listed', () => {
  const pathOf = (data: AnyOperation, parameters: object) =>
    writeRequest(compile('list', data, '/v2'), parameters).path

  expect(pathOf(listing, { actor_id: 'alice' })).toBe('/v2/keys?filter=actor_id%3D%22alice%22')
  expect(
    pathOf({ ...listing, query: { page_size: 'count' } }, { actor_id: 'alice', page_size: 2 }),
  ).toBe('/v2/keys?filter=actor_id%3D%22alice%22&page_size=2')
})
