// Nothing here runs: that it compiles, and that what is marked does not, is the assertion.
import type {
  List,
  OAuth2Client,
  OAuth2ConsentSession,
  OAuth2LoginRequest,
  OAuth2Redirect,
  OAuth2RedirectTo,
  OperationId,
  Ory,
  OryCall,
  ParametersOf,
  ResultOf,
} from '@lapse/core/ory'
import { createOry, isRepeatable, operations } from '@lapse/core/ory'

declare const ory: Ory
declare const text: string

type Same<One, Other> =
  (<Type>() => Type extends One ? 1 : 2) extends <Type>() => Type extends Other ? 1 : 2
    ? true
    : false
declare const assert: <_Assertion extends true>() => void

// An Ory has an explicit admin URL, and perhaps more.
createOry({ adminUrl: text })
createOry({ adminUrl: new URL(text), publicUrl: undefined, apiKey: text })
createOry({
  adminUrl: text,
  apiKey: { current: async () => text, another: async () => undefined, worked: () => {} },
})
// @ts-expect-error a key that is read but once may be refused for good
createOry({ adminUrl: text, apiKey: async () => text })
// @ts-expect-error there is no default host
createOry({})
// @ts-expect-error no URL
createOry({ adminUrl: undefined })
// @ts-expect-error no such option
createOry({ adminUrl: text, adminURL: text })

// Consents are revoked by exactly one of three choices.
ory.revokeOAuth2ConsentSessions({ subject: text, all: true })
ory.revokeOAuth2ConsentSessions({ subject: text, client: text })
ory.revokeOAuth2ConsentSessions({ consent_request_id: text })
// @ts-expect-error a subject alone
ory.revokeOAuth2ConsentSessions({ subject: text })
// @ts-expect-error one client and all of them
ory.revokeOAuth2ConsentSessions({ subject: text, client: text, all: true })
// @ts-expect-error all must be the literal true
ory.revokeOAuth2ConsentSessions({ subject: text, all: false })
// @ts-expect-error all must be the literal true
ory.revokeOAuth2ConsentSessions({ subject: text, all: 'true' })
// @ts-expect-error a client alone
ory.revokeOAuth2ConsentSessions({ client: text })
// @ts-expect-error all of nobody
ory.revokeOAuth2ConsentSessions({ all: true })
// @ts-expect-error a grant and a subject
ory.revokeOAuth2ConsentSessions({ consent_request_id: text, subject: text })
// @ts-expect-error a grant and everything
ory.revokeOAuth2ConsentSessions({ consent_request_id: text, subject: text, all: true })
// @ts-expect-error nothing
ory.revokeOAuth2ConsentSessions({})
// @ts-expect-error nothing at all
ory.revokeOAuth2ConsentSessions()
// @ts-expect-error undefined is not a subject
ory.revokeOAuth2ConsentSessions({ subject: undefined, all: true })

// Login sessions are revoked by one of two.
ory.revokeOAuth2LoginSessions({ subject: text })
ory.revokeOAuth2LoginSessions({ sid: text })
// @ts-expect-error Ory would ignore the subject
ory.revokeOAuth2LoginSessions({ subject: text, sid: text })
// @ts-expect-error neither
ory.revokeOAuth2LoginSessions({})

// A patch adds, removes or replaces, and never an id.
const id = text
ory.patchOAuth2Client({ id, body: [{ op: 'replace', path: '/grant_types', value: ['x'] }] })
ory.patchOAuth2Client({ id, body: [{ op: 'add', path: '/metadata/lapse', value: { held: 1 } }] })
ory.patchOAuth2Client({ id, body: [{ op: 'remove', path: '/jwks_uri' }] })
ory.patchOAuth2Client({ id, body: [{ op: 'replace', path: '/skip_logout_consent', value: null }] })
// @ts-expect-error Ory answers test with 500
ory.patchOAuth2Client({ id, body: [{ op: 'test', path: '/owner', value: text }] })
// @ts-expect-error Ory answers move with 500
ory.patchOAuth2Client({ id, body: [{ op: 'move', path: '/owner', from: '/client_name' }] })
// @ts-expect-error Ory would write over another client
ory.patchOAuth2Client({ id, body: [{ op: 'replace', path: '/client_id', value: text }] })
// @ts-expect-error
ory.patchOAuth2Client({ id, body: [{ op: 'remove', path: '/client_id' }] })
// @ts-expect-error
ory.patchOAuth2Client({ id, body: [{ op: 'replace', path: '/client_id/x', value: text }] })
// @ts-expect-error
ory.patchOAuth2Client({ id, body: [{ op: 'replace', path: '/id', value: text }] })
// @ts-expect-error not a pointer
ory.patchOAuth2Client({ id, body: [{ op: 'replace', path: 'owner', value: text }] })
// @ts-expect-error the whole document
ory.patchOAuth2Client({ id, body: [{ op: 'replace', path: '', value: {} }] })
// @ts-expect-error a path that is not known
ory.patchOAuth2Client({ id, body: [{ op: 'replace', path: text, value: text }] })
// @ts-expect-error the value of another field
ory.patchOAuth2Client({ id, body: [{ op: 'replace', path: '/grant_types', value: 'x' }] })
// @ts-expect-error no value
ory.patchOAuth2Client({ id, body: [{ op: 'add', path: '/owner' }] })

// Parameters have their wire names, and no others.
ory.listOAuth2Clients()
ory.listOAuth2Clients({ owner: text, page_size: 500 }, { signal: new AbortController().signal })
// @ts-expect-error the dead name
ory.listTrustedOAuth2JwtGrantIssuers({ MaxItems: 1 })
// @ts-expect-error a page size is a number
ory.listOAuth2Clients({ page_size: '1' })
// @ts-expect-error whose consents?
ory.listOAuth2ConsentSessions({})
// @ts-expect-error whose consents?
ory.listOAuth2ConsentSessions()
// @ts-expect-error an id goes by its name
ory.getOAuth2Client(text)
// @ts-expect-error not our name
ory.getOAuth2Client({ client_id: text })
// @ts-expect-error no such option
ory.getOAuth2Client({ id }, { timeout: 1 })
// @ts-expect-error a body is required
ory.acceptOAuth2LoginRequest({ login_challenge: text })
// @ts-expect-error as whom?
ory.acceptOAuth2LoginRequest({ login_challenge: text, body: { remember: true } })
ory.rejectOAuth2LoginRequest({ login_challenge: text })

// Trust is in one subject or in any.
const terms = { issuer: text, jwk: { kty: 'EC', kid: text }, expires_at: text }
ory.trustOAuth2JwtGrantIssuer({ body: { ...terms, subject: text } })
ory.trustOAuth2JwtGrantIssuer({ body: { ...terms, allow_any_subject: true } })
// @ts-expect-error neither
ory.trustOAuth2JwtGrantIssuer({ body: terms })
// @ts-expect-error both
ory.trustOAuth2JwtGrantIssuer({ body: { ...terms, subject: text, allow_any_subject: true } })
const { jwk } = terms
// @ts-expect-error a private key stays where it is
ory.trustOAuth2JwtGrantIssuer({ body: { ...terms, subject: text, jwk: { ...jwk, d: text } } })

// A client authenticates in exactly one way.
const credentials = { client_id: text, client_secret: text }
ory.revokeOAuth2Token({ token: text, basic: credentials })
ory.revokeOAuth2Token({ token: text, ...credentials })
ory.revokeOAuth2Token({ token: text, client_id: text })
ory.revokeOAuth2Token({ token: text, client_assertion: text })
// @ts-expect-error in no way
ory.revokeOAuth2Token({ token: text })
// @ts-expect-error in two ways
ory.revokeOAuth2Token({ token: text, basic: credentials, client_secret: text })
// @ts-expect-error in two ways
ory.revokeOAuth2Token({ token: text, ...credentials, client_assertion: text })
// @ts-expect-error a secret of nobody
ory.revokeOAuth2Token({ token: text, client_secret: text })
ory.oAuth2DeviceFlow({ client_id: text, scope: text })
ory.oAuth2DeviceFlow({ client_assertion: text, client_id: text })
// @ts-expect-error a device names its client in any case
ory.oAuth2DeviceFlow({ client_assertion: text })

// A grant brings what it exchanges.
ory.oauth2TokenExchange({ grant_type: 'client_credentials', basic: credentials })
ory.oauth2TokenExchange({ grant_type: 'refresh_token', refresh_token: text, client_id: text })
ory.oauth2TokenExchange({
  grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  assertion: text,
})
// @ts-expect-error no code
ory.oauth2TokenExchange({ grant_type: 'authorization_code', client_id: text })
// @ts-expect-error another grant's field
ory.oauth2TokenExchange({ grant_type: 'client_credentials', code: text, client_id: text })
// @ts-expect-error only jwt-bearer may go without client authentication
ory.oauth2TokenExchange({ grant_type: 'client_credentials' })
// @ts-expect-error no such grant
ory.oauth2TokenExchange({ grant_type: 'password', client_id: text })

// Answers.
assert<Same<ResultOf<'getOAuth2LoginRequest'>, OAuth2LoginRequest | OAuth2RedirectTo>>()
assert<Same<ResultOf<'oAuth2Authorize'>, OAuth2Redirect>>()
assert<Same<ReturnType<Ory['deleteOAuth2Client']>, Promise<void>>>()
assert<Same<ReturnType<Ory['listOAuth2Clients']>, List<OAuth2Client>>>()
assert<Same<ReturnType<Ory['listOAuth2ConsentSessions']>, List<OAuth2ConsentSession>>>()
export const clientIds = async () => {
  const { items, nextPageToken } = await ory.listOAuth2Clients()
  assert<Same<typeof nextPageToken, string | undefined>>()
  for await (const { client_id } of ory.listOAuth2Clients())
    assert<Same<typeof client_id, string>>()
  // @ts-expect-error a page is read only
  items.push()
}
export const putBack = async () =>
  ory.setOAuth2Client({ id, body: await ory.getOAuth2Client({ id }) })

// A call as data is typed as the call itself.
const calls: OryCall[] = [
  { op: 'revokeOAuth2LoginSessions', params: { sid: text } },
  { op: 'revokeOAuth2ConsentSessions', params: { subject: text, all: true } },
  // @ts-expect-error a subject alone
  { op: 'revokeOAuth2ConsentSessions', params: { subject: text } },
  // @ts-expect-error another operation's parameters
  { op: 'deleteOAuth2Token', params: { id: text } },
  // @ts-expect-error no such operation
  { op: 'deleteOAuth2Tokens', params: { client_id: text } },
]
calls.map(isRepeatable)
assert<Same<keyof typeof operations, OperationId>>()
assert<Same<Exclude<keyof Ory, symbol>, OperationId>>()
assert<Same<ParametersOf<'deleteOAuth2Token'>, { readonly client_id: string }>>()
// @ts-expect-error an operation is not to be changed
operations.deleteOAuth2Client.repeatable = false
