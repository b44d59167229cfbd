import { RotationError } from '../../errors.ts'
import type { JsonWebKey } from '../../ory/index.ts'
import { howToRepair, proveCredential } from '../canary.ts'
import { isSameKey, newPrivateJwk, publicJwk } from '../client-key.ts'
import type { Credential, PrivateJwk } from '../credential.ts'
import { secretValueOf } from '../credential.ts'
import { readClient } from '../decide.ts'
import { moveWithOverlap } from '../overlap.ts'
import { canaryTerms, type RotationSite } from '../site.ts'
import type { Strategy } from './strategy.ts'

/** Two keys in the client's inline `jwks`: both authenticate, for as long as both are there. */
export const keyPair: Strategy = {
  async create(site) {
    await createKey(site, keyOf(site.current.credential))
  },
  async set(site, pending) {
    await addKey(site, pending, readKeys)
  },
  async test(site, pending) {
    await proveCredential('pending-refused', pending, canaryTerms(site), site.services)
  },
  async finish(site, pending) {
    const terms = canaryTerms(site)
    const provenAt = await proveCredential('pending-refused', pending, terms, site.services)
    await moveWithOverlap(site, provenAt)
  },
  async reset(site) {
    const { kid } = keyOf(site.current.credential)
    const ours = site.row.row.kids.filter((other) => other !== kid)
    await changeKeys(site, async (keys) => keys.filter((key) => !ours.includes(key.kid)))
  },
}

/** Makes a key of the same make as another, and keeps it as the pending version's value. */
export async function createKey(
  { services, secret, row, current }: RotationSite,
  like: Partial<PrivateJwk>,
): Promise<void> {
  const { versionId, algorithm } = row.row
  const private_jwk = await newPrivateJwk(algorithm, like)
  const value = secretValueOf({ client_id: current.credential.client_id, private_jwk })
  await services.secrets.put(secret.arn, versionId, value, 'AWSPENDING')
}

/** Adds the pending key to the client's. @param read reads the keys it has by now */
export async function addKey(
  site: RotationSite,
  pending: Credential,
  read: ReadKeys,
): Promise<void> {
  const key = publicJwk(keyOf(pending))
  const kids = [...new Set([...site.row.row.kids, key.kid])]
  await site.row.update({ kids })
  await changeKeys(site, (keys) => withKey(keys, key), read)
}

type Keys = readonly JsonWebKey[]
type ReadKeys = (site: RotationSite) => Promise<Keys>

function keyOf({ private_jwk }: Credential): PrivateJwk {
  if (private_jwk !== undefined) return private_jwk
  throw new RotationError('secret-shape', 'the value holds a client_secret where a key was')
}

async function withKey(keys: Keys, key: JsonWebKey): Promise<Keys> {
  const named = keys.filter(({ kid }) => kid === key.kid)
  const same = await Promise.all(named.map((other) => isSameKey(other, key)))
  if (same.includes(false))
    throw new RotationError('key-unusable', `the client has another key called ${key.kid}`)
  return named.length > 0 ? keys : [...keys, key]
}

/** Replaces the whole set by one made of a fresh read, and looks whether it is there. */
async function changeKeys(
  site: RotationSite,
  change: (keys: Keys) => Promise<Keys>,
  read: ReadKeys = readKeys,
): Promise<void> {
  const before = await read(site)
  const after = await change(before)
  if (isSameSet(before, after)) return

  const { client_id } = site.current.credential
  await site.services.ory.patchOAuth2Client(
    { id: client_id, body: [{ op: 'replace', path: '/jwks', value: { keys: after } }] },
    { signal: site.signal },
  )
  if (!isSameSet(await read(site), after))
    throw new RotationError('key-unusable', 'the client does not have the keys it was given')
}

/** @throws RotationError unless AWSCURRENT's key is among those the client keeps inline */
async function readKeys(site: RotationSite): Promise<Keys> {
  const keys = await readAnyKeys(site)
  const mine = keyOf(site.current.credential)
  const named = keys.filter(({ kid }) => kid === mine.kid)
  const [only] = named
  if (named.length === 1 && only && (await isSameKey(only, publicJwk(mine)))) return keys
  throw new RotationError(
    'current-refused',
    `the client's keys do not hold the one at AWSCURRENT; ${howToRepair}`,
  )
}

/** Whatever the client keeps inline, AWSCURRENT's key or not. */
export async function readAnyKeys({ services, signal, current }: RotationSite): Promise<Keys> {
  const { client_id } = current.credential
  const { jwks } = await readClient(client_id, { ory: services.ory, signal })
  return jwks?.keys ?? []
}

function isSameSet(one: Keys, other: Keys): boolean {
  const kids = (keys: Keys) => JSON.stringify(keys.map(({ kid }) => kid).sort())
  return kids(one) === kids(other)
}
