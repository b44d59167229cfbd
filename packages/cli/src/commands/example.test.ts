import {
  checkPublished,
  parseAppOffboarded,
  parseKeyRotated,
  parseUserDeleted,
} from '@lapse/core/events'
import { expect, test } from 'vitest'
import { runLapse } from '../testing/lapse-process.ts'

const example = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await runLapse(['example', ...args])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

test.concurrent.each([
  [['user.deleted'], parseUserDeleted, { subject: 'alice' }],
  [['user.deleted', '--subject', 'zoë 😀'], parseUserDeleted, { subject: 'zoë 😀' }],
  [['app.offboarded'], parseAppOffboarded, { clientId: 'mail', mode: 'suspend' }],
  [['app.offboarded', '--mode', 'restore'], parseAppOffboarded, { mode: 'restore' }],
  [
    ['app.offboarded', '--mode', 'delete', '--issuer', 'https://idp.example'],
    parseAppOffboarded,
    { mode: 'delete', issuers: ['https://idp.example'] },
  ],
  [['app.offboarded', '--client-id', 'x'], parseAppOffboarded, { clientId: 'x' }],
  [['app.offboarded', '--owner', 'acme'], parseAppOffboarded, { owner: 'acme' }],
  [
    ['key.rotated'],
    parseKeyRotated,
    { issuer: 'https://partner.example', subject: 'partner-service', siblings: 'refuse' },
  ],
  [
    ['key.rotated', '--issuer', 'https://idp.example', '--subject', 'carol'],
    parseKeyRotated,
    { issuer: 'https://idp.example', subject: 'carol' },
  ],
])('prints an event that its worker takes: %j', async (args, parse, meaning) => {
  const startedAt = Date.now()
  const event = parse(await example(...args))

  expect(event).toMatchObject({ type: args[0], ...meaning })
  expect(Date.parse(event.time)).toBeGreaterThanOrEqual(startedAt)
  expect(() => checkPublished(event, Date.now())).not.toThrow()
})

test.concurrent('has an id of its own each time, and a key', async () => {
  const [one, other] = await Promise.all([example('key.rotated'), example('key.rotated')])
  const [first, second] = [parseKeyRotated(one), parseKeyRotated(other)]

  expect(first.id).not.toBe(second.id)
  expect(first.jwk.kid).not.toBe(second.jwk.kid)
  expect({ ...first.jwk, kid: '' }).not.toEqual({ ...second.jwk, kid: '' })
  expect(first.jwk).not.toHaveProperty('d')
  expect(Date.parse(first.expiresAt)).toBeGreaterThan(Date.now())
})

test.concurrent('puts the subject where the setting says', async () => {
  const env = { USER_DELETED_SUBJECT_FIELD: 'object.user_id' }
  const { stdout } = await runLapse(['example', 'user.deleted', '--subject', 'bob'], { env })
  const fields = { userDeleted: 'object.user_id', identityDeleted: 'IdentityID' }

  expect(JSON.parse(stdout)).toMatchObject({ data: { object: { user_id: 'bob' } } })
  expect(parseUserDeleted(stdout, fields)).toMatchObject({ subject: 'bob' })
})
