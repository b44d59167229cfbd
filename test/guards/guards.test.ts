import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { createOry, type Ory } from '@lapse/core/ory'
import type { Protection } from '@lapse/core/protection'
import { unprotected } from '@lapse/core/testing'
import { startOryEmulator } from '@lapse/ory-emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { partsOfSweep, type SweepServices } from '../../functions/services/sweep-parts.ts'
import { lapse } from '../../packages/cli/src/program.ts'
import { startServer } from '../faults/rotation-server.ts'
import { looseOry } from './loose-ory.ts'
import { placesThatWrite } from './places.ts'
import { rotationPaths } from './rotation-paths.ts'
import { type Names, type Path, workflowPaths } from './workflow-paths.ts'

/** Why a place needs no path: it writes to nothing that can be protected. */
const exempt = {
  asked: 'asks with a refresh token that never was, and so changes nothing',
  told: 'names the call in a receipt, and makes none',
  typed: 'is the type of a call, and makes none',
  planned: 'makes the calls that a workflow planned, whose paths are under their own places',
  made: 'makes a client for an example, where there is none of that id',
  user: 'ends what is a user’s: sessions and consents, at whichever clients',
} as const

/**
 * Every place that writes, and the paths that lead there: each of them has to be stopped. A new
 * place needs a path, and that path a guard.
 */
const places: Readonly<Record<string, readonly string[] | string>> = {
  'packages/cli/src/console/dev-actions.ts: createOAuth2Client × 1': exempt.made,
  'packages/core/src/rotation/audience.ts: oauth2TokenExchange × 1': exempt.asked,
  'packages/core/src/rotation/canary.ts: revokeOAuth2Token × 1': [
    'rotation: createSecret, native',
    'rotation: testSecret, key-pair',
    'sweep: credentials tried',
  ],
  'packages/core/src/rotation/rotate-endpoint.ts: rotateOAuth2ClientSecret × 1': [
    'rotation: createSecret, replace',
  ],
  'packages/core/src/rotation/overlap.ts: secrets.moveStage × 1': [
    'rotation: finishSecret, native',
    'rotation: finishSecret, key-pair',
  ],
  'packages/core/src/rotation/receipt.ts: patchOAuth2Client × 2': exempt.told,
  'packages/core/src/rotation/receipt.ts: rotateOAuth2ClientSecret × 1': exempt.told,
  'packages/core/src/rotation/repair.ts: secrets.moveStage × 2': ['rotation: repaired, back'],
  'packages/core/src/rotation/rollback.ts: secrets.moveStage × 2': ['rotation: rolled back'],
  'packages/core/src/rotation/start.ts: secrets.moveStage × 1': [
    'rotation: begun by hand after one that failed',
  ],
  'packages/core/src/rotation/start.ts: secrets.rotate × 1': ['rotation: begun by hand'],
  'packages/core/src/rotation/strategies/client-secret.ts: patchOAuth2Client × 1': [
    'rotation: finishSecret, replace',
    'rotation: retired, native',
  ],
  'packages/core/src/rotation/strategies/key-pair.ts: patchOAuth2Client × 1': [
    'rotation: setSecret, key-pair',
    'rotation: retired, key-pair',
  ],
  'packages/core/src/rotation/strategies/key-pair.ts: secrets.put × 1': [
    'rotation: createSecret, key-pair',
  ],
  'packages/core/src/rotation/strategies/rotate-call.ts: rotateOAuth2ClientSecret × 1': [
    'rotation: createSecret, native',
  ],
  'packages/core/src/rotation/strategies/native.ts: secrets.put × 2': [
    'rotation: createSecret, native',
  ],
  'packages/core/src/rotation/strategies/replace.ts: secrets.put × 1': [
    'rotation: createSecret, replace',
  ],
  'packages/core/src/rotation/strategies/replace.ts: secrets.moveStage × 1': [
    'rotation: finishSecret, replace',
  ],
  'packages/core/src/run/call.ts: secrets.cancelRotation × 1': exempt.planned,
  'packages/core/src/run/call.ts: secrets.delete × 1': exempt.planned,
  'packages/core/src/run/credentials.ts: secrets.put × 1': exempt.planned,
  'packages/core/src/run/step.ts: createOAuth2Client × 1': exempt.typed,
  'packages/core/src/run/step.ts: secrets.put × 1': exempt.typed,
  'packages/core/src/sweep/expired-grants.ts: deleteTrustedOAuth2JwtGrantIssuer × 1': [
    'sweep: expired grants',
  ],
  'packages/core/src/workflows/app-offboarded/derived-events.ts: queue.send × 1': [
    'app-offboarded: owner',
  ],
  'packages/core/src/workflows/app-offboarded/reset/credential.ts: revokeOAuth2Token × 1': [
    'app-offboarded: reset',
  ],
  'packages/core/src/workflows/app-offboarded/reset/settle.ts: secrets.moveStage × 1': [
    'app-offboarded: reset',
  ],
  'packages/core/src/workflows/app-offboarded/steps.ts: createOAuth2Client × 1': [
    'app-offboarded: reset',
    'sweep: unfinished reset',
  ],
  'packages/core/src/workflows/app-offboarded/steps.ts: secrets.put × 1': ['app-offboarded: reset'],
  'packages/core/src/workflows/app-offboarded/steps.ts: patchOAuth2Client × 2': [
    'app-offboarded: delete',
    'app-offboarded: suspend',
    'app-offboarded: restore',
  ],
  'packages/core/src/workflows/app-offboarded/steps.ts: deleteOAuth2Client × 2': [
    'app-offboarded: delete',
    'app-offboarded: reset',
    'app-offboarded: delete, of an owner',
  ],
  'packages/core/src/workflows/app-offboarded/steps.ts: deleteOAuth2Token × 1': [
    'app-offboarded: delete',
    'app-offboarded: suspend',
  ],
  'packages/core/src/workflows/app-offboarded/steps.ts: deleteTrustedOAuth2JwtGrantIssuer × 1': [
    'app-offboarded: delete',
    'app-offboarded: owner parts',
  ],
  'packages/core/src/workflows/app-offboarded/steps.ts: secrets.cancelRotation × 1': [
    'app-offboarded: delete',
  ],
  'packages/core/src/workflows/app-offboarded/steps.ts: secrets.delete × 1': [
    'app-offboarded: delete',
  ],
  'packages/core/src/workflows/key-rotated/rollover-steps.ts: trustOAuth2JwtGrantIssuer × 1': [
    'key-rotated',
  ],
  'packages/core/src/workflows/key-rotated/rollover-steps.ts: deleteTrustedOAuth2JwtGrantIssuer × 1':
    ['sweep: retire-keys'],
  'packages/core/src/workflows/users/api-keys.ts: adminRevokeImportedApiKey × 1': exempt.user,
  'packages/core/src/workflows/users/api-keys.ts: adminRevokeIssuedApiKey × 1': exempt.user,
  'packages/core/src/workflows/users/identity.ts: deleteIdentitySessions × 1': exempt.user,
  'packages/core/src/workflows/users/several/subject-events.ts: queue.send × 1': exempt.user,
  'packages/core/src/workflows/users/steps.ts: revokeOAuth2ConsentSessions × 2': exempt.user,
  'packages/core/src/workflows/users/steps.ts: revokeOAuth2LoginSessions × 2': exempt.user,
}

/** What a path writes to, by the beginning of its name; the longest that fits counts. */
const touches: Readonly<Record<string, readonly (keyof Names)[]>> = {
  'app-offboarded: delete, of an owner': ['clientId', 'owner'],
  'app-offboarded: delete': ['clientId', 'owner', 'issuer'],
  'app-offboarded: suspend': ['clientId', 'owner'],
  'app-offboarded: restore': ['clientId', 'owner'],
  'app-offboarded: reset': ['clientId', 'owner'],
  'app-offboarded: owner': ['clientId', 'owner', 'issuer'],
  'key-rotated': ['issuer'],
  'sweep: retire-keys': ['issuer'],
  'sweep: expired grants': ['issuer'],
  'sweep: unfinished reset': ['clientId', 'owner'],
  'sweep: credentials tried': ['clientId', 'owner'],
  rotation: ['clientId', 'owner'],
}

const settingOf = {
  clientId: 'protectedClientIds',
  owner: 'protectedOwners',
  issuer: 'protectedIssuers',
} as const satisfies Record<keyof Names, keyof Protection>

let ory: Ory
let head: Awaited<ReturnType<typeof startServer>>
let old: Awaited<ReturnType<typeof startServer>>
const closing = new AsyncDisposableStack()
/** The same servers, behind what can make them answer for others. */
const fronts = new Map<string, { readonly state: { loose: boolean }; readonly ory: Ory }>()

beforeAll(async () => {
  const emulator = closing.adopt(await startOryEmulator(), (started) => started.stop())
  const { adminUrl, publicUrl } = emulator
  ory = closing.use(createOry({ adminUrl, publicUrl, retry: { maxAttempts: 1 } }))
  head = closing.use(await startServer())
  old = closing.use(await startServer('v26.2'))
  for (const [name, server] of Object.entries({ ory: { ory, adminUrl, publicUrl }, head, old })) {
    const front = closing.adopt(await looseOry(server.adminUrl), (started) => started.stop())
    const urls = { adminUrl: front.adminUrl, publicUrl: server.publicUrl }
    const loose = closing.use(createOry({ ...urls, retry: { maxAttempts: 1 } }))
    fronts.set(name, { state: front.state, ory: loose })
  }
})
afterAll(() => closing.disposeAsync())

const pathNames = [...Object.keys(workflowPaths), ...Object.keys(rotationPaths)]

async function prepare(name: string, servers = { ory, head, old }): Promise<Path> {
  const path =
    workflowPaths[name]?.(servers.ory) ??
    rotationPaths[name]?.({ head: servers.head, 'v26.2': servers.old })
  if (path === undefined) throw new Error(`there is no path ${name}`)
  return path
}

function touchedBy(name: string): readonly (keyof Names)[] {
  const fitting = Object.keys(touches).filter((beginning) => name.startsWith(beginning))
  return touches[fitting.sort((one, other) => other.length - one.length)[0] ?? ''] ?? []
}

test('knows every place that writes', () => {
  expect(placesThatWrite().toSorted()).toEqual(Object.keys(places).toSorted())
})

const leading = Object.entries(places).flatMap(([place, paths]) =>
  typeof paths === 'string' ? [] : paths.map((path) => [place, path] as const),
)

test.each(leading)('gets to %s by way of %s', async (place, name) => {
  const [, op] = /: (\S+) ×/.exec(place) ?? []

  expect(await (await prepare(name)).go(unprotected)).toContain(op)
})

test.each(pathNames.flatMap((name) => touchedBy(name).map((kind) => [name, kind] as const)))(
  'writes nothing on the way of %s where its %s is protected',
  async (name, kind) => {
    const { names, go } = await prepare(name)

    expect(await go({ ...unprotected, [settingOf[kind]]: [names[kind]] })).toEqual([])
  },
)

// Of a client that is not there Ory has nothing to answer: what is made is as the ledger has it.
test.each(pathNames.filter((name) => name !== 'sweep: unfinished reset'))(
  'writes nothing on the way of %s where Ory answers for others',
  async (name) => {
    const behind = <Server extends object>(server: Server, front: string) => ({
      ...server,
      ory: fronts.get(front)?.ory as Ory,
    })
    const servers = {
      ory: fronts.get('ory')?.ory as Ory,
      head: behind(head, 'head'),
      old: behind(old, 'old'),
    }
    const { go } = await prepare(name, servers)
    for (const { state } of fronts.values()) state.loose = true
    const writes = await go(unprotected)
    for (const { state } of fronts.values()) state.loose = false

    expect(writes).toEqual([])
  },
)

test('has a way for every path, workflow, follow-up, inspection and command', () => {
  const root = resolve(import.meta.dirname, '../..')
  const workflows = readdirSync(resolve(root, 'packages/core/src/workflows'), {
    withFileTypes: true,
  }).flatMap((entry) => (entry.isDirectory() ? entry.name : []))
  const { executes, inspections } = partsOfSweep({
    services: {} as SweepServices['services'],
    rotation: {} as NonNullable<SweepServices['rotation']>,
    keys: unprotected as SweepServices['keys'],
  })

  expect(pathNames.filter((name) => touchedBy(name).length === 0)).toEqual([])
  // What is written by these has a path above; `expected-pass` and the other inspections only look.
  // Those about a user, whom nothing protects, are one in what they write.
  expect(workflows.toSorted()).toEqual([
    'app-offboarded',
    'key-rotated',
    'user-deleted',
    'user-signed-out',
    'user-suspended',
    'users',
  ])
  expect(Object.keys(executes).toSorted()).toEqual([
    'expected-pass',
    'retire-keys',
    'retire-secret',
  ])
  expect(inspections.map(({ metric }) => metric).toSorted()).toEqual([
    'CredentialsOverwritten',
    'ExpiredGrantsKept',
    'FollowUpPassesLate',
    'ResetsUnfinished',
    'SecretsOverdue',
    'UnfrozenClients',
  ])
  // Of the commands `rotate` alone writes to an Ory that is not its own: begun by hand, and rolled back.
  // `run`, `send` and `dead-letters` put events on a queue; `console` runs these commands.
  expect(
    lapse()
      .commands.map((command) => command.name())
      .toSorted(),
  ).toEqual([
    'completion',
    'console',
    'dead-letters',
    'demo',
    'dev',
    'doctor',
    'example',
    'help',
    'ory',
    'plan',
    'receipts',
    'rotate',
    'run',
    'send',
    'status',
    'subjects',
    'verify',
  ])
})
