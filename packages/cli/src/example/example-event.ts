import { randomUUID } from 'node:crypto'
import type { OffboardingMode, UserEventType } from '@lapse/core/events'
import { newKey, publicHalf } from '../demo/key.ts'
import { partner } from '../demo/partner.ts'

/** An event as a publisher would send it: CloudEvents 1.0, structured mode. */
export interface Example {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  /** RFC 3339. */
  readonly time: string
  readonly data: Readonly<Record<string, unknown>>
}

/** How long a new key is good for, and how long the old one stays trusted beside it. */
const keyLastsMs = 365 * 86_400_000
const overlap = 'PT1H'

/** Whom an event is about, and the member of `data` that says so, or the path to it. */
export interface SubjectOf {
  readonly subject: string
  readonly field: string
}

/**
 * A user is gone, suspended or signed out.
 * @param now milliseconds since the epoch
 */
export function exampleUserEvent(
  type: UserEventType,
  { subject, field }: SubjectOf,
  now: number,
): Example {
  const data = field.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), subject)
  return event(type, 'https://accounts.example', data as Example['data'], now)
}

/** Which app goes, or whose apps, and how. */
export type Offboarding = {
  readonly mode: OffboardingMode
  readonly issuers?: readonly string[]
} & ({ readonly client_id: string } | { readonly owner: string })

/** An app is offboarded, or every app of an owner. */
export function exampleAppOffboarded(offboarding: Offboarding, now: number): Example {
  return event('app.offboarded', 'https://partners.example', { ...offboarding }, now)
}

/** Whose key it is, and for whom the issuer may speak. */
export interface Issuer {
  readonly issuer: string
  readonly subject: string
}

/** A trusted issuer signs with a new key, made here; its private half is not kept. */
export function exampleKeyRotated({ issuer, subject }: Issuer, now: number): Example {
  const data = {
    issuer,
    subject,
    scope: partner.scope,
    jwk: publicHalf(newKey(`key-${randomUUID()}`)),
    expires_at: new Date(now + keyLastsMs).toISOString(),
    retire: { others: true, after: overlap },
    siblings: 'refuse',
  }
  return event('key.rotated', 'https://partners.example', data, now)
}

function event(type: string, source: string, data: Example['data'], now: number): Example {
  const time = new Date(now).toISOString()
  return { specversion: '1.0', id: randomUUID(), source, type, time, data }
}
