import type { Secret, SecretVersion, Store } from '../store.ts'
import { announceVersion, attachStage, emptyVersion, versionAt } from '../versions.ts'

/**
 * The version of a rotation that has not been completed: it has AWSPENDING without AWSCURRENT, and
 * no other rotation can begin until it loses it.
 */
export function pendingBefore(secret: Secret): SecretVersion | undefined {
  const pending = versionAt(secret, 'AWSPENDING')
  return pending?.stages.has('AWSCURRENT') ? undefined : pending
}

/**
 * What is staged while a function is only tried, which AWS does not promise: a `copy` of the current
 * value at AWSPENDING, an `empty` version there, or `nothing` at all.
 */
export type Trial = 'copy' | 'empty' | 'nothing'

/** The version that a function is tried with. */
export function stageTrial(store: Store, secret: Secret, id: string, trial: Trial): SecretVersion {
  if (trial === 'nothing') return emptyVersion(store, id)
  const version = announcePending(store, secret, id)
  if (trial === 'copy') version.value = versionAt(secret, 'AWSCURRENT')?.value
  return version
}

/** Announces the version that is to come: it has AWSPENDING, and no value yet. */
export function announcePending(store: Store, secret: Secret, id: string): SecretVersion {
  const version = announceVersion(store, secret, id)
  attachStage(secret, 'AWSPENDING', version)
  return version
}
