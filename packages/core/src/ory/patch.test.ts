import { expect, test } from 'vitest'
import { isRepeatablePatch, refusePatch } from './patch.ts'

const replace = (path: string) => ({ op: 'replace', path, value: 'x' })

test.each([
  [[replace('/client_name')]],
  [[{ op: 'add', path: '/metadata/a~1b', value: null }]],
  [[{ op: 'remove', path: '/jwks_uri' }]],
  [[replace('/metadata/client_id')]],
  [[replace('/client_id_of_old')]],
  [[replace('/identity')]],
])('accepts %j', (body) => {
  expect(refusePatch({ body })).toBeUndefined()
})

test.each([
  ['/client_id'],
  ['/id'],
  ['/CLIENT_ID'],
  ['/Client_Id'],
  ['/iD'],
  ['/client_id/x'],
  ['/id/'],
])('refuses %s, which leads to an id', (path) => {
  expect(refusePatch({ body: [replace('/client_name'), replace(path)] })).toEqual({
    parameter: 'body[1].path',
    problem: "must not lead to the client's own id",
  })
})

test.each([[''], ['/'], ['client_id'], ['client_name'], ['//client_id'], [undefined], [7]])(
  'refuses the path %j, which is not a pointer to a member',
  (path) => {
    expect(refusePatch({ body: [{ op: 'replace', path, value: 1 }] })?.parameter).toBe(
      'body[0].path',
    )
  },
)

test.each(['test', 'move', 'copy', 'Replace', '', undefined])('refuses the op %j', (op) => {
  const body = [{ op, path: '/client_name', value: 1, from: '/owner' }]

  expect(refusePatch({ body })?.parameter).toBe('body[0].op')
})

test('refuses an operation without a value, one that is not an object, and none at all', () => {
  expect(refusePatch({ body: [{ op: 'add', path: '/owner' }] })?.parameter).toBe('body[0].value')
  expect(refusePatch({ body: [null] })?.parameter).toBe('body[0]')
  expect(refusePatch({ body: ['remove'] })?.parameter).toBe('body[0]')
  expect(refusePatch({ body: [] })?.parameter).toBe('body')
})

test.each([
  [[replace('/grant_types'), replace('/metadata/held')], true],
  [[{ op: 'add', path: '/metadata/x', value: 1 }], true],
  [[replace('/grant_types'), { op: 'remove', path: '/jwks_uri' }], false],
  [[{ op: 'add', path: '/redirect_uris/-', value: 'x' }], false],
  [[{ op: 'add', path: '/redirect_uris/0', value: 'x' }], false],
  [[replace('/redirect_uris/10')], false],
])('knows whether %j may be applied twice', (entries, repeatable) => {
  expect(isRepeatablePatch(entries)).toBe(repeatable)
})
