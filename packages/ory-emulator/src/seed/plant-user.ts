import { randomUUID } from 'node:crypto'
import { InputError } from '../checks.ts'
import { wholeSecond } from '../flows/begin-login.ts'
import { clientSnapshot } from '../flows/client-snapshot.ts'
import { consentRow } from '../flows/consent-row.ts'
import { sessionCookie } from '../flows/cookies.ts'
import type { ConsentedFlow } from '../flows/flow.ts'
import { seal } from '../flows/seal.ts'
import { sessionClaims } from '../flows/session-claims.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow, LoginSessionRow } from '../state.ts'
import { deleteChain } from '../tokens/chain.ts'
import { allowedScope, grantTypes, includes } from '../tokens/client-metadata.ts'
import type { TokenResponse } from '../tokens/grants/grant-request.ts'
import { allowsRefresh, userTokens } from '../tokens/grants/user-tokens.ts'
import { accessTokenStrategy, type Grant, signingKeys } from '../tokens/issue.ts'
import { sorted } from '../tokens/jwt.ts'
import { accessTokenDigest, opaqueDigest } from '../tokens/opaque.ts'
import type { SeedConsent, SeedUser } from './seed.ts'

/** Takes back what one part of a seed put in. */
export type Undo = () => void

/** A user who is signed in. */
export interface SeededUser {
  readonly subject: string
  readonly sid: string
  /** What a browser needs to be the one that is signed in; `null` where the session is not remembered. */
  readonly cookie: SessionCookie | null
  readonly consents: readonly SeededConsent[]
}

/** In the words of Playwright's `addCookies` and WebDriver's Add Cookie. */
export interface SessionCookie {
  readonly name: string
  readonly value: string
  readonly domain: string
  readonly path: '/'
  readonly httpOnly: true
  readonly sameSite: 'Lax'
}

export interface SeededConsent extends TokenResponse {
  readonly client_id: string
  readonly consent_request_id: string
}

/** Signs a user in, and has them consent as a flow with a browser would. @throws InputError */
export async function plantUser(
  ory: Ory,
  user: SeedUser,
  path: string,
  undo: Undo[],
): Promise<SeededUser> {
  const session = plantSession(ory, user, path, undo)
  const consents: SeededConsent[] = []
  for (const [index, consent] of (user.consents ?? []).entries()) {
    const place = `${path}.consents[${index}]`
    consents.push(await plantConsent({ ory, session, path: place, undo }, consent))
  }
  return { subject: user.subject, sid: session.id, cookie: cookieOf(ory, session), consents }
}

function plantSession(
  ory: Ory,
  { subject, sid: id = randomUUID(), remember = true }: SeedUser,
  path: string,
  undo: Undo[],
): LoginSessionRow {
  const { loginSessions } = ory.state
  if (loginSessions.has(id)) throw new InputError(`${path}.sid`, 'is another session’s already')
  const session = { id, subject, remember, authenticatedAt: wholeSecond(ory.now()) }
  loginSessions.set(id, session)
  undo.push(() => loginSessions.delete(id))
  return session
}

function cookieOf(ory: Ory, { id, remember }: LoginSessionRow): SessionCookie | null {
  if (!remember) return null
  const domain = new URL(ory.settings.issuer).hostname
  const value = seal(ory, 'cookie', { sid: id })
  return { name: sessionCookie, value, domain, path: '/', httpOnly: true, sameSite: 'Lax' }
}

/** Where a consent is planted. */
interface Bed {
  readonly ory: Ory
  readonly session: LoginSessionRow
  readonly path: string
  readonly undo: Undo[]
}

async function plantConsent(bed: Bed, wanted: SeedConsent): Promise<SeededConsent> {
  const { ory, session, path, undo } = bed
  const { state } = ory
  const client = state.clients.get(wanted.client_id)
  if (client === undefined) {
    throw new InputError(`${path}.client_id`, `names no client; there is no "${wanted.client_id}"`)
  }
  if (!includes(grantTypes(client), 'authorization_code')) {
    const what = 'names a client that lacks the grant type authorization_code: no user can consent'
    throw new InputError(`${path}.client_id`, what)
  }
  const flow = flowOf(ory, session, client, wanted)
  if (state.consents.has(flow.consentRequestId)) {
    throw new InputError(`${path}.consent_request_id`, 'is another consent’s already')
  }
  checkTokens(bed, client, wanted, flow)

  state.consents.set(flow.consentRequestId, consentRow(flow))
  undo.push(() => {
    state.consents.delete(flow.consentRequestId)
    deleteChain(state, flow.consentRequestId)
  })
  const tokens = await tokensOf(ory, client, flow, wanted)
  for (const token of givenTokens(wanted)) state.keys.seededTokens.add(token)
  return { client_id: client.client_id, consent_request_id: flow.consentRequestId, ...tokens }
}

/** The flow as it would be once the user has consented. */
function flowOf(
  ory: Ory,
  { id, subject, remember, authenticatedAt }: LoginSessionRow,
  client: ClientRow,
  wanted: SeedConsent,
): ConsentedFlow {
  const { client_id } = client
  const grantScope = wanted.grant_scope ?? allowedScope(client)
  const grantAudience = wanted.grant_access_token_audience ?? []
  const query = new URLSearchParams({
    client_id,
    response_type: 'code',
    scope: grantScope.join(' '),
  })
  return {
    id: randomUUID().replaceAll('-', ''),
    client: clientSnapshot(client),
    clientId: client_id,
    requestUrl: `${ory.settings.issuer}/oauth2/auth?${query}`,
    requestedScope: grantScope,
    requestedAudience: grantAudience,
    oidcContext: {},
    sessionId: id,
    loginSkip: false,
    subject,
    loginCsrf: '',
    authenticatedAt,
    requestedAt: wholeSecond(ory.now()),
    login: {
      remember,
      rememberFor: 0,
      extendSessionLifespan: false,
      acr: '',
      amr: [],
      forcedSubject: '',
    },
    context: null,
    consentRequestId: wanted.consent_request_id ?? randomUUID(),
    consentSkip: false,
    consentCsrf: '',
    consent: {
      grantScope,
      grantAudience,
      remember: wanted.remember ?? true,
      rememberFor: wanted.remember_for ?? 0,
      handledAt: ory.now(),
      sessionAccessToken: sorted(wanted.session?.access_token ?? {}),
      sessionIdToken: sorted(wanted.session?.id_token ?? {}),
    },
  }
}

/** Tokens that are given must be free, and such as this consent could bring. */
function checkTokens(
  { ory, path }: Bed,
  client: ClientRow,
  { access_token, refresh_token }: SeedConsent,
  flow: ConsentedFlow,
): void {
  const { accessTokens, refreshTokens } = ory.state
  if (access_token !== undefined) {
    const place = `${path}.access_token`
    if (accessTokenStrategy(ory, client) === 'jwt') {
      throw new InputError(place, 'cannot be given: this client’s access tokens are JWTs')
    }
    if (accessTokens.has(accessTokenDigest(access_token))) {
      throw new InputError(place, 'has the same end, after its dot, as another one')
    }
  }
  if (refresh_token !== undefined) {
    const place = `${path}.refresh_token`
    if (!mayRefresh(client, flow)) {
      throw new InputError(
        place,
        'cannot be given: that takes grant type refresh_token, and offline or offline_access in grant_scope',
      )
    }
    if (refreshTokens.has(opaqueDigest(refresh_token))) {
      throw new InputError(place, 'has the same end, after its dot, as another one')
    }
  }
}

function mayRefresh(client: ClientRow, { consent }: ConsentedFlow): boolean {
  return allowsRefresh(consent.grantScope) && includes(grantTypes(client), 'refresh_token')
}

function givenTokens({ access_token, refresh_token }: SeedConsent): readonly string[] {
  return [access_token, refresh_token].filter((token) => token !== undefined)
}

async function tokensOf(
  ory: Ory,
  client: ClientRow,
  flow: ConsentedFlow,
  wanted: SeedConsent,
): Promise<TokenResponse> {
  const { grantScope: scope, grantAudience: audience, sessionAccessToken: ext } = flow.consent
  const grant: Grant = {
    requestId: flow.consentRequestId,
    client,
    subject: flow.subject,
    scope,
    audience,
    ext,
    idTokenClaims: sessionClaims(ory, client, flow, new URLSearchParams()),
  }
  return userTokens({
    ory,
    keys: await signingKeys(ory, client, scope),
    grant,
    lifespans: 'authorization_code',
    mayRefresh: mayRefresh(client, flow),
    seeded: { accessToken: wanted.access_token, refreshToken: wanted.refresh_token },
  })
}
