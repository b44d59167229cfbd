import type { RowKey } from '../ports/index.ts'

/** Whose rate limits, and whose outages, are shared: an Ory is known by its host. */
export function projectAt(adminUrl: string): string {
  return URL.parse(adminUrl)?.host ?? adminUrl
}

/** Where the calls of a bucket are counted. */
export function bucketKey(project: string, bucket: string): RowKey {
  return { workflow: 'budget', event: project, pass: bucket }
}

/** The servers of what a user has at Ory besides OAuth2. */
export type AccountsPart = 'identities' | 'api-keys'

/** Where it stands whether an Ory is down; or one of the servers of accounts, which has a row of its own at the same host. */
export function circuitKey(project: string, part?: AccountsPart): RowKey {
  return { workflow: 'circuit', event: project, pass: part ?? 'state' }
}
