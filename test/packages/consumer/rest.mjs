import assert from 'node:assert/strict'

const event = {
  specversion: '1.0',
  id: '1',
  source: 'https://id.example',
  type: 'user.deleted',
  time: '2026-01-01T00:00:00Z',
  data: { subject: 'alice' },
}

/** An event is read, and what is not one is refused by an error of ours. */
export function checkEvents({ parseUserDeleted }, { EventError }) {
  assert.equal(parseUserDeleted(JSON.stringify(event)).subject, 'alice')
  assert.throws(() => parseUserDeleted('{}'), EventError)
}

/** The door loads a source, and lets nothing in that is not signed. */
export async function checkDoor({ door }) {
  const services = {
    secretsOf: async () => [`whsec_${Buffer.alloc(24).toString('base64')}`],
    sources: ['clerk'],
    enqueue: async () => assert.fail('something was queued'),
    subjectField: 'subject',
    clock: { now: () => Date.now() },
    log: { info() {}, warn() {}, error() {} },
    metrics: { count() {}, countOf() {}, flush() {} },
  }
  const asked = { method: 'POST', body: '{}' }
  const statusOf = async (source) =>
    (await door(async () => services).request(`/webhooks/${source}`, asked)).status

  assert.deepEqual([await statusOf('clerk'), await statusOf('nobody')], [401, 404])
}
