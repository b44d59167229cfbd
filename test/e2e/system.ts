import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import {
  idempotencyKey,
  parseAppOffboarded,
  parseKeyRotated,
  parseUserDeleted,
  parseUserSignedOut,
  parseUserSuspended,
} from '@lapse/core/events'
import { createOry } from '@lapse/core/ory'
import { systemClock } from '@lapse/core/ports'
import type { Pass, Receipt, WorkflowRow } from '@lapse/core/run'
import { type LocalOptions, startLocal } from '@lapse/local'

const parsers = {
  'user-deleted': parseUserDeleted,
  'user-suspended': parseUserSuspended,
  'user-signed-out': parseUserSignedOut,
  'app-offboarded': parseAppOffboarded,
  'key-rotated': parseKeyRotated,
} as const

type Stem = keyof typeof parsers

/** A queue of an event, or that of its incidents. */
type QueueName = Stem | `${Stem}-incident`

/** The whole system with its real functions in processes of their own, and what tests look at. */
export async function startSystem(options: LocalOptions = {}) {
  const lines: string[] = []
  const news = { next: Promise.withResolvers<void>() }
  const tell = () => {
    news.next.resolve()
    news.next = Promise.withResolvers()
  }
  const local = await startLocal({
    ...options,
    onLog: (_name, line) => {
      lines.push(line)
      tell()
    },
    onBatch: tell,
  })
  const { emulator, endpoints, environment, queues } = local
  if (emulator === undefined) throw new Error('nothing to test')
  const queueOf = (name: QueueName) => {
    const served = queues.find(({ queue }) => queue.name === name)
    if (served === undefined) throw new Error(`nothing serves ${name}`)
    return served
  }

  const config = (endpoint: string) => ({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint,
  })
  const sqs = new SQSClient(config(endpoints.sqs))
  const ledger = dynamoDbLedger<WorkflowRow>(
    String(environment['LEDGER_TABLE']),
    systemClock,
    config(endpoints.dynamoDb),
  )
  const ledgerKey = await readLedgerKey(
    config(endpoints.secretsManager),
    String(environment['LEDGER_KEY_SECRET_ID']),
  )
  const ory = createOry({ adminUrl: emulator.adminUrl, publicUrl: emulator.publicUrl })

  async function rowOf(body: string, pass: Pass, stem: Stem): Promise<WorkflowRow | undefined> {
    const event = idempotencyKey(ledgerKey, parsers[stem](body))
    return (await ledger.read({ workflow: stem, event, pass }))?.row
  }

  /** Looks again with every news, until there is something to see. */
  async function seen<Thing>(look: () => Promise<Thing | undefined>): Promise<Thing> {
    for (;;) {
      const { promise } = news.next
      const thing = await look()
      if (thing !== undefined) return thing
      await promise
    }
  }

  return {
    local,
    emulator,
    ory,
    lines,
    seen,
    send: (body: string, to: QueueName = 'user-deleted') =>
      sqs.send(new SendMessageCommand({ QueueUrl: queueOf(to).queue.url, MessageBody: body })),
    rowOf,
    /** Waits, news by news, for the receipt of a body's event. */
    receiptOf: (body: string, pass: Pass, stem: Stem = 'user-deleted'): Promise<Receipt> =>
      seen(async () => (await rowOf(body, pass, stem))?.receipt),
    /** Waits until the functions have logged something so many times. */
    async logged(text: string, times: number): Promise<void> {
      await seen(
        async () => lines.filter((line) => line.includes(text)).length >= times || undefined,
      )
    },
    async deadLetter(of: QueueName = 'user-deleted') {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueOf(of).dlq.url,
          MessageAttributeNames: ['All'],
          WaitTimeSeconds: 20,
        }),
      )
      return Messages[0]
    },
    async stop() {
      await ory[Symbol.asyncDispose]()
      sqs.destroy()
      await local.stop()
    },
  }
}

async function readLedgerKey(config: object, SecretId: string): Promise<Uint8Array> {
  const client = new SecretsManagerClient(config)
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }))
  client.destroy()
  return Buffer.from(String(SecretString), 'base64')
}
