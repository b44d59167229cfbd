import { setInterval } from 'node:timers/promises'
import { createOry } from '@lapse/core/ory'
import type { RotationEntry } from '@lapse/core/rotation'
import type { Local } from '@lapse/local'
import { users } from '../demo/cast.ts'
import { newKey } from '../demo/key.ts'
import { type LogoutListener, listenForLogout } from '../demo/logout-listener.ts'
import { registerNotes } from '../demo/notes-app.ts'
import { registerPartner } from '../demo/partner.ts'
import { createRotatedClients, type SecretIds } from '../demo/rotated-clients.ts'
import { secretsManagerAt } from '../demo/secrets-manager.ts'
import { registerApps, signIn } from '../demo/sign-in.ts'

/** Called as the stack would call them, on a stage `dev`. */
export const seededSecrets: SecretIds = {
  reports: 'lapse/dev/clients/Reports',
  archive: 'lapse/dev/clients/Archive',
}

/** The name of the key that the partner is trusted with. */
export const seededKey = 'key-1'

/** Long enough for a person to roll a rotation back, short enough to see the sweep end it. */
const overlap = 'PT10M'

/** What the functions have to be told of what is seeded. */
export const seedVariables = {
  ROTATED_SECRETS: JSON.stringify(
    Object.values(seededSecrets).map((secretId): RotationEntry => ({ secretId, overlap })),
  ),
  ROTATED_SECRET_NAMES: JSON.stringify(Object.values(seededSecrets)),
} as const

const yearMs = 365 * 86_400_000

/**
 * Makes what the demo plays with, all over the wire: apps, users who have signed in to them, a
 * trusted issuer, and two clients whose credentials are rotated.
 *
 * @param onLogout told of every logout token that Mail has received
 * @returns Mail's endpoint for logout tokens, which is to be stopped
 */
export async function seed(local: Local, onLogout: () => void): Promise<LogoutListener> {
  const { oryAdmin: adminUrl, oryPublic: publicUrl } = local.endpoints
  await using ory = createOry({ adminUrl, publicUrl })
  const listener = await listenForLogout(publicUrl, onLogout)
  try {
    const apps = await registerApps(ory, listener.uri)
    await Promise.all([
      ...users.map((user) => signIn(user, apps, { adminUrl, publicUrl })),
      registerNotes(ory),
      registerPartner(ory, newKey(seededKey), Date.now() + yearMs),
    ])
    for (const { secretId } of await createRotatedClients({ ory, local }, seededSecrets)) {
      await turnRotationOn(secretId, local)
    }
    return listener
  } catch (error) {
    await listener.stop()
    throw error
  }
}

/** Secrets Manager tries the function first, with a version that is pending meanwhile. */
async function turnRotationOn(SecretId: string, local: Local): Promise<void> {
  const call = secretsManagerAt(local.endpoints.secretsManager)
  await call('RotateSecret', {
    SecretId,
    RotationLambdaARN: local.functionArn('rotate-client-secret'),
    RotationRules: { AutomaticallyAfterDays: 30 },
    RotateImmediately: false,
  })
  for await (const _ of setInterval(pollMs)) {
    const { VersionIdsToStages = {} } = await call('DescribeSecret', { SecretId })
    const stages = Object.values(VersionIdsToStages as Readonly<Record<string, string[]>>).flat()
    if (!stages.includes('AWSPENDING')) return
  }
}

const pollMs = 50
