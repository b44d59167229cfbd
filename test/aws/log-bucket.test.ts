import { randomUUID } from 'node:crypto'
import { s3LogBucket } from '@lapse/aws/s3-log-bucket'
import { ConfigError } from '@lapse/core/errors'
import type { LogBucket } from '@lapse/core/ports'
import { memoryLogBucket } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { localAws } from './aws.ts'

const aws = localAws()

const s3 = (bucket = 'lapse-receipts', prefix = `lapse/test/${randomUUID()}%3A4445`) =>
  s3LogBucket({ bucket, prefix }, aws.config('sqs'))

const kinds: readonly (readonly [string, () => LogBucket])[] = [
  ['S3', s3],
  ['memory', memoryLogBucket],
]

const bytes = (text: string) => Buffer.from(text)
const textAt = async (bucket: LogBucket, path: string) => {
  const found = await bucket.get(path)
  return found && Buffer.from(found.bytes).toString()
}

test.each(kinds)('%s creates an object once, and keeps it as it is', async (_name, make) => {
  const bucket = make()
  const path = 'checkpoints/0000000000000007/2026-11-01T12:00:00.000Z'
  expect(await bucket.get(path)).toBeUndefined()

  expect(await bucket.create(path, bytes('one'))).toBe(true)
  expect(await bucket.create(path, bytes('other'))).toBe(false)
  expect(await bucket.create(path, bytes('one'))).toBe(false)
  expect(await textAt(bucket, path)).toBe('one')
})

test.each(kinds)('%s replaces the object that was read, and no other', async (_name, make) => {
  const bucket = make()
  expect(await bucket.replace('checkpoint', bytes('x'), '"none"')).toBe(false)
  await bucket.create('checkpoint', bytes('one'))
  const { etag } = (await bucket.get('checkpoint')) ?? { etag: '' }

  expect(await bucket.replace('checkpoint', bytes('two'), etag)).toBe(true)
  expect(await bucket.replace('checkpoint', bytes('three'), etag)).toBe(false)
  expect(await textAt(bucket, 'checkpoint')).toBe('two')
})

test.each(kinds)('%s lets one of many win, whatever they write', async (_name, make) => {
  const bucket = make()
  const all = Array.from({ length: 20 }, (_, at) => bytes(String(at)))
  const created = await Promise.all(all.map((one) => bucket.create('tile/0/000', one)))
  expect(created.filter(Boolean)).toHaveLength(1)
  expect(await textAt(bucket, 'tile/0/000')).toBe(String(created.indexOf(true)))

  const { etag } = (await bucket.get('tile/0/000')) ?? { etag: '' }
  const replaced = await Promise.all(
    all.map((one) => bucket.replace('tile/0/000', Buffer.concat([one, bytes('!')]), etag)),
  )
  expect(replaced.filter(Boolean)).toHaveLength(1)
})

test.each(kinds)('%s keeps every byte', async (_name, make) => {
  const bucket = make()
  const all = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256)
  await bucket.create('tile/entries/000', all)
  await bucket.create('empty', bytes(''))

  expect(Buffer.compare((await bucket.get('tile/entries/000'))?.bytes ?? bytes(''), all)).toBe(0)
  expect((await bucket.get('empty'))?.bytes).toHaveLength(0)
})

test('logs of other names are apart, and a bucket that is not there is a mistake in the settings', async () => {
  await s3('lapse-receipts', 'lapse/test/one').create('checkpoint', bytes('one'))
  expect(await s3('lapse-receipts', 'lapse/test/other').get('checkpoint')).toBeUndefined()

  await expect(s3('lapse-nowhere').get('checkpoint')).rejects.toThrow(ConfigError)
  await expect(s3('lapse-nowhere').create('checkpoint', bytes('x'))).rejects.toThrow(ConfigError)
})
