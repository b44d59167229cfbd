import { rotatedEntries } from '../../rotation/rotated-entries.ts'
import type { Answer } from '../../site/http.ts'
import { memberOf } from '../../site/http.ts'
import { nobodysPath } from '../../site/ory-sides.ts'
import type { Site } from '../../site/site.ts'
import { type Check, cannotTell, type Outcome, unless, well } from '../check.ts'

/** What Ory says it is, and what is wanted of it. */
export interface VersionSeen {
  /** `v26.2.0`, `master`; `undefined` where Ory does not tell. */
  readonly version: string | undefined
  /** Ory Network is always the newest, and tells no version. */
  readonly isNetwork: boolean
  /**
   * Rotated secrets that need two at a time, which only the rotate endpoint gives them; `undefined`
   * where these credentials may not read what they hold.
   */
  readonly needRotate: readonly string[] | undefined
}

export const oryVersion: Check<VersionSeen> = {
  name: 'ory-version',
  about: 'Ory: its version',
  read,
  judge,
}

async function read(site: Site): Promise<VersionSeen> {
  const answer = await site.ory.admin('/version')
  return {
    version: versionIn(answer),
    isNetwork: await isNetwork(site),
    needRotate: await secretsThatNeedTwo(site).catch(() => undefined),
  }
}

function versionIn({ status, json }: Answer): string | undefined {
  const version = memberOf(json, 'version')
  return status === 200 && typeof version === 'string' && version !== '' ? version : undefined
}

/** Its edge counts calls, and says so; a Hydra of one's own does not. */
async function isNetwork({ ory }: Site): Promise<boolean> {
  const { origin, headers } = await ory.admin(nobodysPath)
  return new URL(origin).hostname.endsWith('.oryapis.com') || 'x-ratelimit-limit' in headers
}

async function secretsThatNeedTwo({ variables, aws }: Site): Promise<readonly string[]> {
  const soft = rotatedEntries(variables).filter(({ allowHardCut }) => !allowHardCut)
  const texts = await Promise.all(soft.map(({ secretId }) => aws.secretText(secretId)))
  return soft.filter((_, index) => isClientSecret(texts[index])).map(({ secretId }) => secretId)
}

function isClientSecret(text = ''): boolean {
  try {
    return typeof memberOf(JSON.parse(text), 'client_secret') === 'string'
  } catch {
    return false
  }
}

/** Releases by what they lack, as far as lapse minds. `master`, and what is newer, lacks nothing. */
const oldest = [25, 4] as const
const lastWithoutRotate = [26, 2] as const

function judge({ version, isNetwork, needRotate }: VersionSeen): Outcome {
  if (version === undefined && isNetwork) return well('Ory Network, which is always the newest')
  if (version === undefined) return cannotTell('Ory does not say which version it is')
  const release = releaseOf(version)
  if (release === undefined) return well(`${version}, which is no release: it should lack nothing`)
  if (isUpTo(release, [oldest[0], oldest[1] - 1]))
    return unless(
      [
        {
          says: `Ory is ${version}`,
          todo: 'upgrade it to v25.4 or newer: below, nothing is promised',
        },
      ],
      well(version),
    )
  if (!isUpTo(release, lastWithoutRotate)) return well(version)
  if (needRotate === undefined)
    return cannotTell(
      `${version} has no rotate endpoint, and which secrets need it may not be read`,
    )
  return unless(
    needRotate.map((secretId) => ({
      says: `${version} has one secret at a time for each client, and ${secretId} needs two to overlap`,
      todo: 'give its entry allowHardCut, have the client authenticate by private_key_jwt, or upgrade Ory',
    })),
    well(`${version}, which has no rotate endpoint; nothing here needs it`),
  )
}

function releaseOf(version: string): readonly [number, number] | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? []
  return major === undefined ? undefined : [Number(major), Number(minor)]
}

function isUpTo(
  [major, minor]: readonly [number, number],
  [most, last]: readonly [number, number],
) {
  return major < most || (major === most && minor <= last)
}
