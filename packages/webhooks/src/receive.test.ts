import fc from 'fast-check'
import { expect, test } from 'vitest'
import { doorway, type Headers, secret } from './testing/doorway.ts'
import { signGitHub, signPolis, signStandard } from './testing/sign.ts'

const signers: Readonly<Record<string, (body: string) => Headers>> = {
  standard: (body) => signStandard(body),
  clerk: (body) => signStandard(body, { prefix: 'svix' }),
  polis: (body) => signPolis(body),
  github: (body) => signGitHub(body),
  'ory-actions': () => ({ authorization: `Bearer ${secret}` }),
  cloudevents: (body) => signStandard(body),
}

const type = fc.oneof(
  fc.constantFrom('user.deleted', 'user.updated', 'app.offboarded', 'key.rotated', '__proto__'),
  fc.string(),
)
const time = fc.oneof(fc.constant('2026-01-02T03:04:00Z'), fc.nat(), fc.jsonValue())
const subject = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.jsonValue())

const data = fc.oneof(
  fc.record({ subject, id: subject, active: fc.constantFrom(true, false, 'False', 0) }),
  fc.record({ client_id: subject, mode: fc.constantFrom('delete', 'suspend', 'restore', 'reset') }),
  fc.jsonValue(),
)

/** Bodies that are nearly events, in the words of every source. */
const payload = fc.record(
  {
    specversion: fc.constantFrom('1.0', '0.3'),
    id: fc.string(),
    source: fc.string(),
    type,
    event: type,
    time,
    timestamp: time,
    data,
  },
  { requiredKeys: [] },
)

const anything = fc.oneof(payload, fc.array(payload, { maxLength: 4 }), fc.jsonValue())

test.each(Object.keys(signers))('queues all or nothing of whatever %s signs', async (source) => {
  await fc.assert(
    fc.asyncProperty(anything, async (content) => {
      const { post, queued } = doorway()
      const body = JSON.stringify(content)
      const answer = await post(source, body, signers[source]?.(body))
      const {
        id,
        ids = id === undefined ? [] : [id],
        error,
      } = answer.body as {
        id?: string
        ids?: string[]
        error?: { reason: string }
      }

      expect([200, 202, 422]).toContain(answer.status)
      expect(queued.map(({ event }) => event['id'])).toEqual(ids)
      expect(error === undefined).toBe(answer.status < 300)
    }),
    { numRuns: 500 },
  )
})

test('tells no value of what it refuses', async () => {
  const value = 'value-7f3a'
  const sent = fc.record({ type: fc.constantFrom(value, 'user.deleted'), time: fc.constant(value) })

  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(signers)), sent, async (source, changes) => {
      const { post, log } = doorway()
      const content = {
        ...changes,
        event: value,
        timestamp: value,
        data: { subject: [value], mode: value },
      }
      const body = JSON.stringify(content)
      const answer = await post(source, body, signers[source]?.(body))

      expect(JSON.stringify([answer.body, log.lines])).not.toContain(value)
    }),
    { numRuns: 50 },
  )
})
