import { operations } from '@lapse/core/ory'
import type { Fault, FaultKind } from '@lapse/ory-emulator'

/** What can be wrong with the emulated Ory of `lapse dev`, by the name that `--fault` takes. */
export const faultNames = ['ory-down', 'unauthorized', '429', 'slow', 'lying-204'] as const

export type FaultName = (typeof faultNames)[number]

/** What each does, for a person; and the key that turns it on while `lapse dev` runs. */
export const faultTexts: Readonly<
  Record<FaultName, { readonly key: string; readonly does: string }>
> = {
  'ory-down': { key: 'd', does: 'answers 503 to everything' },
  unauthorized: { key: 'u', does: 'takes no key (401)' },
  '429': { key: 'r', does: 'has no calls left: 429, and Retry-After 30 s' },
  slow: { key: 's', does: 'takes 20 s for every answer, longer than lapse waits' },
  'lying-204': { key: 'l', does: 'answers 204 to every deletion, and deletes nothing' },
}

/** The key that ends every fault. */
export const noFaultKey = 'o'

type AdminOperation = Extract<keyof typeof operations, string>

/** Of the admin side: at the public one, 401 is said of clients and not of the key. */
const adminOperations = (Object.keys(operations) as AdminOperation[]).filter((id) =>
  operations[id].path.startsWith('/admin'),
)
const deletions = adminOperations.filter((id) => operations[id].method === 'DELETE')

const kinds: Readonly<
  Record<FaultName, { readonly kind: FaultKind; readonly hits: readonly string[] }>
> = {
  'ory-down': { kind: answering(503, 'Service Unavailable'), hits: ['*'] },
  unauthorized: { kind: answering(401, 'Unauthorized'), hits: adminOperations },
  '429': {
    kind: answering(429, 'Too Many Requests', { 'retry-after': '30' }),
    hits: adminOperations,
  },
  slow: { kind: { kind: 'delay', ms: 20_000 }, hits: ['*'] },
  'lying-204': { kind: { kind: 'ignore', status: 204 }, hits: deletions },
}

/** The emulator's faults that make one of ours; all of them JSON. */
export function faultsOf(name: FaultName): readonly Fault[] {
  const { kind, hits } = kinds[name]
  return hits.map((operation) => ({ operation, ...kind }))
}

function answering(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): FaultKind {
  return { kind: 'status', status, headers, json: { error: { code: status, status: text } } }
}
