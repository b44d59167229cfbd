import { ConfigError } from '@lapse/core/errors'
import { manualClock, recordingLog } from '@lapse/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RotatedSecretStore } from './secrets-manager.ts'
import { storedApiKeys } from './stored-api-keys.ts'

/** One secret in memory, with the times at which it was read. */
function memorySecret(first: string) {
  const stages = { current: first, previous: undefined as string | undefined }
  const failing = { current: false, previous: false }
  const reads: string[] = []
  const unreadable = () => new ConfigError('secret ory-key: AWS answered AccessDenied')
  const secrets: RotatedSecretStore = {
    async get(secretId) {
      reads.push(`${secretId} AWSCURRENT`)
      if (failing.current) throw unreadable()
      return stages.current
    },
    async previous(secretId) {
      reads.push(`${secretId} AWSPREVIOUS`)
      if (failing.previous) throw unreadable()
      return stages.previous
    },
  }
  const put = (value: string) => {
    stages.previous = stages.current
    stages.current = value
  }
  return { secrets, put, reads, failing }
}

function prepared(first = 'old') {
  const secret = memorySecret(first)
  const clock = manualClock('2026-01-02T03:04:05Z')
  const log = recordingLog()
  const keys = storedApiKeys({ secretId: 'ory-key', secrets: secret.secrets, clock, log })
  return { ...secret, clock, log, keys }
}

const both = ['ory-key AWSCURRENT', 'ory-key AWSPREVIOUS']

test('reads the secret once, however often and for however long it is asked', async () => {
  const { keys, clock, put, reads } = prepared()

  expect(await Promise.all([keys.current(), keys.current()])).toEqual(['old', 'old'])
  put('new')
  clock.advance(86_400_000)
  expect(await keys.current()).toBe('old')
  expect(reads).toEqual(['ory-key AWSCURRENT'])
})

test('takes off the line break that a key was pasted with', async () => {
  const { keys, put } = prepared('old\n')
  expect(await keys.current()).toBe('old')

  put(' new\r\n')
  expect(await keys.another(['old'])).toBe('new')
})

test('takes off the line break of the key before as well', async () => {
  const { keys, put } = prepared('old\n')
  put('new')
  await keys.current()

  expect(await keys.another(['new'])).toBe('old')
})

test('reads again what could not be a key, until it is one', async () => {
  const { keys, put } = prepared('{"key": "old"}')
  await expect(keys.current()).rejects.toThrow(
    'secret ory-key holds no API key: it is empty, or holds a space or a line break',
  )

  put('new')
  expect(await keys.current()).toBe('new')
})

test('goes on with the key before where the current one could not be one', async () => {
  const { keys, put, log, clock } = prepared('old')
  expect(await keys.current()).toBe('old')
  put('two keys')

  expect(await keys.another([])).toBe('old')
  expect(await keys.current()).toBe('old')
  expect(log.lines.map(({ level }) => level)).toEqual(['warn'])
  put('new')
  clock.advance(60_000)
  expect(await keys.another(['old'])).toBe('new')
})

test('forgets that the first read failed', async () => {
  const { keys, failing } = prepared()
  failing.current = true

  await expect(keys.current()).rejects.toThrow(ConfigError)
  failing.current = false
  expect(await keys.current()).toBe('old')
})

test('gives what is current now, and then what was current before', async () => {
  const { keys, put } = prepared('older')
  await keys.current()
  put('old')
  put('new')

  expect(await keys.another(['older'])).toBe('new')
  expect(await keys.another(['older', 'new'])).toBe('old')
  expect(await keys.another(['older', 'new', 'old'])).toBeUndefined()
})

test('has no other key where the secret holds the one that was refused, and none before', async () => {
  const { keys } = prepared()
  await keys.current()

  expect(await keys.another(['old'])).toBeUndefined()
})

test('begins with the key that worked, until the secret is read again', async () => {
  const { keys, put, clock } = prepared('older')
  await keys.current()
  put('old')
  put('new')
  await keys.another(['older'])
  expect(await keys.current()).toBe('new')

  keys.worked('old')
  expect(await keys.current()).toBe('old')
  expect(await keys.another(['older'])).toBe('old')
  clock.advance(60_000)
  await keys.another(['old'])
  expect(await keys.current()).toBe('new')
})

test('reads again at most once a minute, and once for all who ask at the same time', async () => {
  const { keys, clock, reads } = prepared()
  await keys.current()
  reads.length = 0

  await Promise.all([keys.another(['old']), keys.another(['old'])])
  clock.advance(59_999)
  await keys.another(['old'])
  expect(reads).toEqual(both)

  clock.advance(1)
  await keys.another(['old'])
  expect(reads).toEqual([...both, ...both])
})

test('finds no other key where the secret cannot be read, and logs why without a value', async () => {
  const { keys, failing, log, put } = prepared('s3cret-old')
  await keys.current()
  put('s3cret-new')
  failing.current = true
  failing.previous = true

  expect(await keys.another(['s3cret-old'])).toBeUndefined()
  expect(await keys.current()).toBe('s3cret-old')
  expect(log.lines.map(({ level, fields }) => ({ level, fields }))).toEqual([
    { level: 'warn', fields: { secret_id: 'ory-key', error: 'ConfigError' } },
    { level: 'warn', fields: { secret_id: 'ory-key', error: 'ConfigError' } },
  ])
  expect(JSON.stringify(log.lines)).not.toContain('s3cret')
})

test.each(['current', 'previous'] as const)(
  'makes do with one stage where %s cannot be read',
  async (stage) => {
    const { keys, failing, put } = prepared('older')
    await keys.current()
    put('old')
    put('new')
    failing[stage] = true

    expect(await keys.another(['older'])).toBe(stage === 'current' ? 'old' : 'new')
  },
)

/** What a call at Ory does: keys one after the other, until one is accepted. */
async function call(keys: ReturnType<typeof prepared>['keys'], accepted: ReadonlySet<string>) {
  const tried = [await keys.current()]
  for (;;) {
    const key = tried.at(-1) ?? ''
    if (accepted.has(key)) {
      if (tried.length > 1) keys.worked(key)
      return { tried, key }
    }
    const other = await keys.another(tried)
    if (other === undefined) return { tried, key: undefined }
    tried.push(other)
  }
}

interface Step {
  readonly what: 'put' | 'issue' | 'withdraw' | 'call'
  readonly afterMs: number
}

const steps = fc.array(
  fc.record<Step>({
    what: fc.constantFrom('put', 'issue', 'withdraw', 'call', 'call'),
    afterMs: fc.constantFrom(0, 1000, 30_000, 60_000),
  }),
  { maxLength: 40 },
)

test('finds whichever stored key Ory accepts within a minute, however keys come and go', () =>
  fc.assert(
    fc.asyncProperty(steps, async (story) => {
      const { keys, clock, put, reads } = prepared('key-0')
      const issued = ['key-0']
      const accepted = new Set(issued)
      const stored = ['key-0']
      const changes = {
        issue: () => void accepted.add(issued[issued.push(`key-${issued.length}`) - 1] ?? ''),
        withdraw: () => void (accepted.size > 1 && accepted.delete([...accepted][0] ?? '')),
        put: () => {
          const newest = issued.at(-1) ?? ''
          if (stored.at(-1) !== newest) put(newest)
          if (stored.at(-1) !== newest) stored.push(newest)
        },
        call: () => undefined,
      }
      const kept = { readAgainAt: Number.NEGATIVE_INFINITY }
      for (const { what, afterMs } of story) {
        clock.advance(afterMs)
        changes[what]()
        const mayReadAgain = clock.now() - kept.readAgainAt >= 60_000
        const before = reads.length
        const { tried, key } = await call(keys, accepted)

        expect(new Set(tried).size).toBe(tried.length)
        if (reads.length - before > 1) {
          expect(mayReadAgain).toBe(true)
          kept.readAgainAt = clock.now()
        }
        const acceptable = stored.slice(-2).some((each) => accepted.has(each))
        if (acceptable && mayReadAgain) expect(key).toBeDefined()
        if (key !== undefined) expect(await keys.current()).toBe(key)
      }
    }),
  ))
