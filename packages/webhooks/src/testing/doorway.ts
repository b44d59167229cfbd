import { readdirSync } from 'node:fs'
import { ConfigError } from '@lapse/core/errors'
import { manualClock, memoryLedger, recordingLog, recordingMetrics } from '@lapse/core/testing'
import { door } from '../door.ts'
import type { DoorServices, Stem } from '../door-services.ts'
import type { TokenRow } from '../revocation/claim-token.ts'
import { okta, url } from './issuer.ts'

/** A message that came through, and on which queue it is. */
export interface Queued {
  readonly stem: Stem
  readonly event: Readonly<Record<string, unknown>>
}

export type Headers = Readonly<Record<string, string>>

/** What the tests' requests are signed with: good for every scheme. */
export const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
export const otherSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** The clock of a doorway, until it is told to go on. */
export const start = '2026-01-02T03:04:05.000Z'

/** A door in memory, with everything at hand that it reads and writes. */
export function doorway(changes: Partial<DoorServices> = {}) {
  const clock = manualClock(start)
  const log = recordingLog()
  const metrics = recordingMetrics()
  const bodies: string[] = []
  const queued: Queued[] = []
  const services: DoorServices = {
    secretsOf: async () => [secret],
    sources: readdirSync(new URL('../sources', import.meta.url)),
    enqueue: async (stem, body) => {
      bodies.push(body)
      queued.push({ stem, event: JSON.parse(body) })
    },
    subjectField: 'subject',
    revocation: {
      issuers: [okta.trusted],
      url,
      keysAt: async () => okta.keys,
      ledger: memoryLedger<TokenRow>(clock),
    },
    clock,
    log,
    metrics,
    ...changes,
  }
  const app = door(async () => services)
  return {
    app,
    services,
    clock,
    log,
    metrics,
    /** Messages as their texts. */
    bodies,
    queued,
    async post(source: string, body: string | Uint8Array<ArrayBuffer>, headers: Headers = {}) {
      const request = new Request(`https://door.example/webhooks/${source}`, {
        method: 'POST',
        headers,
        body,
      })
      const response = await app.fetch(request)
      const text = await response.text()
      const answered = text === '' ? undefined : JSON.parse(text)
      return { status: response.status, headers: response.headers, body: answered }
    },
  }
}

/** Services that cannot be made, as when a setting is missing. */
export async function brokenServices(): Promise<DoorServices> {
  throw new ConfigError('USER_DELETED_QUEUE_URL is not set; give it a value')
}
