import type { RowKey } from '../ports/index.ts'

/** Whose rate limits, and whose outages, are shared: an Ory is known by its host. */
export function projectAt(adminUrl: string): string {
  return URL.parse(adminUrl)?.host ?? adminUrl
}

/** Where the calls of a bucket are counted. */
export function bucketKey(project: string, bucket: string): RowKey {
  return { workflow: 'budget', event: project, pass: bucket }
}

/** Where it stands whether an Ory is down. */
export function circuitKey(project: string): RowKey {
  return { workflow: 'circuit', event: project, pass: 'state' }
}
