import type { Credential, SecretStatus } from '@lapse/core/rotation'
import { rotationStatus } from '@lapse/core/rotation'
import type { SettledRotation } from '@lapse/local'
import { CommandError } from '../errors.ts'
import { startBackgroundClient } from './background-client.ts'
import { fetchToken, isGranted, type TokenEndpoint } from './credential.ts'
import { createRotatedClients, type RotatedClient } from './rotated-clients.ts'
import type { Scene } from './scene.ts'
import { secretLines } from './secret-lines.ts'
import type { CredentialReport, RotationReceipt, SecretStory } from './secret-report.ts'
import { secretsManagerAt } from './secrets-manager.ts'
import type { Stage } from './stage.ts'

/** Rotations whose overlap lasts, with a client that works on in the background. */
export interface OpenRotations extends AsyncDisposable {
  /** When the old credentials are due, in milliseconds since the epoch. */
  readonly retireAt: number
  /** To be called after the sweep has retired them. */
  finish(): Promise<SecretStory>
}

type Overlapping = Pick<CredentialReport, 'oldBefore' | 'oldDuringOverlap' | 'newDuringOverlap'>

/** Rotates a secret and a key pair while a client goes on with what Secrets Manager holds. */
export async function beginRotations(scene: Scene): Promise<OpenRotations> {
  const { stage, wait } = scene
  const { ory, rotation } = stage
  const at = { ory, tokenEndpoint: rotation.settings.tokenEndpoint }
  const clients = await createRotatedClients(stage)
  const background = startBackgroundClient(
    clients.map(
      ({ secretId }) =>
        async () =>
          fetchToken(await current(secretId, stage), at),
    ),
  )
  try {
    const before = await Promise.all(clients.map(({ credential }) => isGranted(credential, at)))
    // One after the other: two at a time would each start a process of the rotation function.
    for (const { secretId } of clients) {
      await startRotating(secretId, stage)
      await wait(`the rotation of ${secretId}`, async () =>
        settled(secretId, stage.settledRotations),
      )
    }
    const during = await Promise.all(
      clients.map((client, index) => overlapping(client, before[index] ?? false, stage, at)),
    )
    const statuses = await rotationStatus(rotation)
    return {
      retireAt: Math.max(...statuses.map(({ overlap }) => overlap?.retireAt ?? 0)),
      finish: async () => {
        const story = await storyOf(clients, during, stage, at)
        const backgroundClient = await background.stop()
        scene.tell(secretLines({ ...story, backgroundClient }))
        return { ...story, backgroundClient }
      },
      [Symbol.asyncDispose]: async () => void (await background.stop()),
    }
  } catch (error) {
    await background.stop()
    throw error
  }
}

/** What Secrets Manager holds at AWSCURRENT. */
async function current(secretId: string, { rotation }: Stage): Promise<Credential> {
  const value = await rotation.secrets.value(secretId, { stage: 'AWSCURRENT' })
  return JSON.parse(value ?? '') as Credential
}

/** Turns rotation on, as a deployment does, which begins with a first one. */
async function startRotating(secretId: string, { local }: Stage): Promise<void> {
  await secretsManagerAt(local.endpoints.secretsManager)('RotateSecret', {
    SecretId: secretId,
    RotationLambdaARN: local.functionArn('rotate-client-secret'),
    RotationRules: { AutomaticallyAfterDays: 30 },
  })
}

/** `undefined` until it is over. @throws CommandError where it went wrong */
function settled(secretId: string, rotations: readonly SettledRotation[]): true | undefined {
  const rotation = rotations.find(({ secretName }) => secretName === secretId)
  if (rotation === undefined) return undefined
  if (rotation.outcome === 'succeeded') return true

  const step = rotation.outcome === 'failed' ? ` at ${rotation.step}` : ''
  throw new CommandError(`the rotation of ${secretId} ${rotation.outcome}${step}`)
}

async function overlapping(
  { secretId, credential }: RotatedClient,
  oldBefore: boolean,
  stage: Stage,
  at: TokenEndpoint,
): Promise<Overlapping> {
  const [oldDuringOverlap, newDuringOverlap] = await bothGranted(secretId, credential, stage, at)
  return { oldBefore, oldDuringOverlap, newDuringOverlap }
}

/** Whether the first credential and the one at AWSCURRENT authenticate; the latter has to be another. */
async function bothGranted(
  secretId: string,
  old: Credential,
  stage: Stage,
  at: TokenEndpoint,
): Promise<readonly [boolean, boolean]> {
  const now = await current(secretId, stage)
  const isNew = JSON.stringify(now) !== JSON.stringify(old)
  return [await isGranted(old, at), isNew && (await isGranted(now, at))]
}

async function storyOf(
  clients: readonly RotatedClient[],
  during: readonly Overlapping[],
  stage: Stage,
  at: TokenEndpoint,
): Promise<Omit<SecretStory, 'backgroundClient'>> {
  const statuses = await rotationStatus(stage.rotation)
  const stories = clients.map(async ({ secretId, credential }, index) => {
    const status = statuses.find((each) => each.secretId === secretId)
    const [oldAfter, newAfter] = await bothGranted(secretId, credential, stage, at)
    const { client_id } = credential
    const about = { secret_id: secretId, client_id, strategy: status?.strategy }
    const overlap = during[index] as Overlapping
    return {
      receipt: receiptOf(status, about),
      report: { ...about, ...overlap, oldAfter, newAfter },
    }
  })
  const told = await Promise.all(stories)
  return {
    receipts: told.map(({ receipt }) => receipt),
    credentials: told.map(({ report }) => report),
  }
}

function receiptOf(
  status: SecretStatus | undefined,
  about: Pick<RotationReceipt, 'secret_id' | 'client_id' | 'strategy'>,
): RotationReceipt {
  const { stages = {}, arn = '', startedAt = 0, phase } = status ?? {}
  const [id = ''] = Object.entries(stages).find(([, names]) => names.includes('AWSCURRENT')) ?? []
  const time = new Date(startedAt).toISOString()
  return {
    workflow: 'rotate-client-secret',
    event: { type: 'RotateSecret', id, source: arn, time },
    ...about,
    phase,
  }
}
