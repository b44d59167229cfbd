import type { Credential } from '../credential.ts'
import type { RotationSite } from '../site.ts'

/** How one kind of client goes through a rotation. Every part may be done again after any failure. */
export interface Strategy {
  /** createSecret: gives the pending version its value; asked only while it has none. */
  create(site: RotationSite): Promise<void>
  /** setSecret: makes the client accept the pending credential. */
  set(site: RotationSite, pending: Credential): Promise<void>
  /** testSecret. @throws RotationError unless finishing may begin */
  test(site: RotationSite, pending: Credential): Promise<void>
  /** finishSecret: moves AWSCURRENT to the pending version. */
  finish(site: RotationSite, pending: Credential): Promise<void>
  /** Ends, at Ory, what belongs to this rotation or is unknown, except the credential at AWSCURRENT. */
  reset(site: RotationSite): Promise<void>
}
