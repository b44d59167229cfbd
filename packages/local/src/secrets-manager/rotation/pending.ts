import type { Secret, SecretVersion, Store } from '../store.ts'
import { announceVersion, attachStage, versionAt } from '../versions.ts'

/**
 * The version of a rotation that has not been completed: it has AWSPENDING without AWSCURRENT, and
 * no other rotation can begin until it loses it.
 */
export function pendingBefore(secret: Secret): SecretVersion | undefined {
  const pending = versionAt(secret, 'AWSPENDING')
  return pending?.stages.has('AWSCURRENT') ? undefined : pending
}

/** Announces the version that is to come: it has AWSPENDING, and no value yet. */
export function announcePending(store: Store, secret: Secret, id: string): SecretVersion {
  const version = announceVersion(store, secret, id)
  attachStage(secret, 'AWSPENDING', version)
  return version
}
