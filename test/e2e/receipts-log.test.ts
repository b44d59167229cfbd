import { randomUUID } from 'node:crypto'
import { logSigner } from '@lapse/aws/log-signer'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { dynamoDbReceiptIndex } from '@lapse/aws/receipt-index'
import { s3LogBucket } from '@lapse/aws/s3-log-bucket'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { receiptsLogSettings } from '@lapse/aws/settings/receipts-log'
import { systemClock } from '@lapse/core/ports'
import { isAccepted, openLog, parseProof, verify } from '@lapse/core/receipts-log'
import { expect, onTestFinished, test } from 'vitest'
import { bodyOf } from '../faults/events.ts'
import { startSystem } from './system.ts'

/** The log of a system that runs, as somebody else reads it. */
async function startWithLog() {
  const system = await startSystem({ schedules: [{ stem: 'seal', expression: 'rate(1 day)' }] })
  onTestFinished(() => system.stop())
  const { environment } = system.local
  const at = (name: string) => ({
    endpoint: environment[`AWS_ENDPOINT_URL_${name}`] ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const settings = receiptsLogSettings(environment)
  const table = String(environment['LEDGER_TABLE'])
  const bucket = s3LogBucket({ bucket: settings.bucket, prefix: settings.origin }, at('S3'))
  const { key } = await logSigner(settings, secretsManager(at('SECRETS_MANAGER')))
  return {
    system,
    bucket,
    key,
    pending: dynamoDbPendingReceipts(table, systemClock, at('DYNAMODB')),
    index: dynamoDbReceiptIndex(table, systemClock, at('DYNAMODB')),
    async seal() {
      const { payload, error } = await system.local.fireNow('seal')
      expect(error).toBeUndefined()
      return JSON.parse(payload ?? '') as { readonly size: number; readonly checkpoint: string }
    },
  }
}

test('a receipt that a worker wrote is sealed, found and proven, and no other is disclosed', async () => {
  const { system, bucket, key, pending, index, seal } = await startWithLog()
  const [one, other] = [bodyOf(`gone-${randomUUID()}`), bodyOf(`gone-${randomUUID()}`)]
  await system.send(one)
  await system.send(other)
  const receipt = await system.receiptOf(one, 'first')
  const another = await system.receiptOf(other, 'first')
  const sealed = await seal()
  expect(sealed.size).toBe(2)

  const [entry] = await Array.fromAsync(index.find(`subject:${receipt.subject}`))
  const place = await pending.placeOf(entry?.id ?? '')
  const log = await openLog(bucket)
  const proof = await log.prove(place ?? -1)
  expect(verify(proof, { key }).verdict).toBe('valid-as-of')
  expect(verify(proof, { key, checkpoint: sealed.checkpoint }).verdict).toBe('valid')
  expect(JSON.parse(Buffer.from(parseProof(proof).leaf).toString())).toEqual(receipt)
  expect(receipt.key_id).toMatch(/^[\w-]{12}$/)
  expect(proof).not.toContain(String(another.subject))

  const file = (await Array.fromAsync(log.file())).join('')
  expect(isAccepted(verify(file, { key, checkpoint: sealed.checkpoint }))).toBe(true)
  expect(await Array.fromAsync(pending.list())).toEqual([])
})

test('a checkpoint is signed again where nothing happened', async () => {
  const { seal } = await startWithLog()
  const first = await seal()
  const second = await seal()

  expect([first.size, second.size]).toEqual([0, 0])
  expect(second.checkpoint).not.toBe(first.checkpoint)
})
