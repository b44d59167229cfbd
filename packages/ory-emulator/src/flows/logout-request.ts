import { randomUUID } from 'node:crypto'
import { requestNotFound, requestUnauthorized, rowNotFound } from '../errors.ts'
import type { Ory } from '../ory.ts'
import type { LogoutRequest, LogoutRequestRow } from '../state.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import { type Purpose, seal, unseal } from './seal.ts'

/** How logout requests are kept: sealed into their challenges (HEAD), or as rows (up to v26.2). */
export interface LogoutRequests {
  /** Returns the challenge. */
  create(ory: Ory, request: LogoutRequest): string
  /** `wasUsed` once it was carried out, which only rows can tell. */
  get(ory: Ory, challenge: string): LogoutRequest & { readonly wasUsed: boolean }
  /** Returns the verifier. */
  accept(ory: Ory, challenge: string): string
  reject(ory: Ory, challenge: string): void
  /** What the browser brought back from the logout app. */
  verify(ory: Ory, verifier: string): LogoutRequest
}

export function logoutRequests({ settings }: Ory): LogoutRequests {
  return settings.profile === 'head' ? sealed : stored
}

const sealed: LogoutRequests = {
  create: (ory, request) => seal(ory, 'logout challenge', request),
  get: (ory, challenge) => ({ ...open(ory, 'logout challenge', challenge), wasUsed: false }),
  accept: (ory, challenge) => {
    const { client: _, ...request } = open(ory, 'logout challenge', challenge)
    return seal(ory, 'logout verifier', { ...request, requestUrl: '' })
  },
  reject: (ory, challenge) => void open(ory, 'logout challenge', challenge),
  verify: (ory, verifier) => open(ory, 'logout verifier', verifier),
}

function open(
  ory: Ory,
  purpose: Extract<Purpose, `logout ${string}`>,
  blob: string,
): LogoutRequest {
  const request = unseal(ory, purpose, blob) as LogoutRequest | undefined
  if (request === undefined) {
    if (looksLikeUuid(blob)) throw expired()
    throw new OAuth2Error(requestNotFound, `Failed to decrypt the ${purpose}.`)
  }
  if ((request.expiresAt ?? 0) < ory.now()) throw expired()
  return request
}

/** Challenges were UUIDs before they were sealed; such a one is taken for a flow from before the upgrade. */
function looksLikeUuid(value: string): boolean {
  return /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(value)
}

function expired(): OAuth2Error {
  return new OAuth2Error(
    requestUnauthorized,
    'The logout request has expired, please try the flow again.',
  )
}

const stored: LogoutRequests = {
  create: ({ state }, request) => {
    const challenge = randomUUID()
    const verifier = randomUUID()
    const row = { ...request, verifier, accepted: false, rejected: false, wasUsed: false }
    state.logoutRequests.set(challenge, row)
    return challenge
  },
  get: unrejected,
  accept: (ory, challenge) => {
    const row = ory.state.logoutRequests.get(challenge)
    if (row !== undefined) Object.assign(row, { accepted: true, rejected: false })
    return unrejected(ory, challenge).verifier
  },
  reject: ({ state }, challenge) => {
    const row = state.logoutRequests.get(challenge)
    if (row === undefined) throw new OAuth2Error(requestNotFound)
    Object.assign(row, { accepted: false, rejected: true })
  },
  verify: ({ state, now }, verifier) => {
    const row = [...state.logoutRequests.values()].find(
      (candidate) => candidate.verifier === verifier && candidate.accepted && !candidate.rejected,
    )
    if (row === undefined) throw new OAuth2Error(requestNotFound)
    row.wasUsed = true
    if (row.expiresAt !== undefined && row.expiresAt < now()) throw expired()
    return row
  },
}

function unrejected({ state }: Ory, challenge: string): LogoutRequestRow {
  const row = state.logoutRequests.get(challenge)
  if (row === undefined || row.rejected) throw new OAuth2Error(rowNotFound)
  return row
}
