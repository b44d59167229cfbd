import { randomUUID } from 'node:crypto'
import { InputError } from '../checks.ts'
import { folded } from '../identities/lookups.ts'
import type { Ory } from '../ory.ts'
import type { State } from '../state.ts'
import type { Undo } from './plant-user.ts'
import type { SeedApiKey, SeedIdentity } from './seed.ts'

/** An identity, and the ids of its sessions. */
export interface SeededIdentity {
  readonly id: string
  readonly sessions: readonly string[]
}

export interface SeededApiKey {
  readonly key_id: string
  readonly actor_id: string
}

/** @throws InputError where there is such an identity */
export function plantIdentity(
  { identities, identitySessions }: State,
  { id, sessions = 0, external_id, identifiers }: SeedIdentity,
  path: string,
  undo: Undo[],
): SeededIdentity {
  if (identities.has(id))
    throw new InputError(`${path}.id`, `is taken: there is an identity "${id}"`)
  const others = [...identities.values()]
  if (external_id !== undefined && others.some((one) => one.external_id === external_id))
    throw new InputError(`${path}.external_id`, `is taken: an identity is called "${external_id}"`)
  identities.set(id, {
    id,
    state: 'active',
    ...(external_id !== undefined && { external_id }),
    ...(identifiers && { identifiers: identifiers.map(folded) }),
  })
  const ids = Array.from({ length: sessions }, () => randomUUID())
  for (const session of ids) identitySessions.set(session, { id: session, identity: id })
  undo.push(() => {
    identities.delete(id)
    for (const session of ids) identitySessions.delete(session)
  })
  return { id, sessions: ids }
}

/** @throws InputError where there is such a key */
export function plantApiKey(
  { state: { apiKeys }, now }: Pick<Ory, 'state' | 'now'>,
  {
    actor_id,
    key_id = randomUUID(),
    imported = false,
    create_time = new Date(now()).toISOString(),
  }: SeedApiKey,
  path: string,
  undo: Undo[],
): SeededApiKey {
  if (apiKeys.has(key_id))
    throw new InputError(`${path}.key_id`, `is taken: there is an API key "${key_id}"`)
  const kind = imported ? 'imported' : 'issued'
  apiKeys.set(key_id, { key_id, actor_id, kind, create_time, status: 'KEY_STATUS_ACTIVE' })
  undo.push(() => apiKeys.delete(key_id))
  return { key_id, actor_id }
}
