import { invalidClient, type OryError } from '../errors.ts'
import { beginConsent } from '../flows/begin-consent.ts'
import { beginLogin } from '../flows/begin-login.ts'
import { checkCsrf, deviceCsrfCookie, newCsrf, type Turn, withCookies } from '../flows/cookies.ts'
import { finishConsent } from '../flows/finish-consent.ts'
import { finishLogin } from '../flows/finish-login.ts'
import type { ConsentedFlow } from '../flows/flow.ts'
import { encodeQuery, setQuery } from '../flows/go-url.ts'
import { found } from '../flows/redirect.ts'
import { seal } from '../flows/seal.ts'
import { sessionClaims } from '../flows/session-claims.ts'
import { openVerifier } from '../flows/verifier.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import type { DeviceFlow, VerifiedDeviceFlow } from './device-flow.ts'

const notFound: OryError = {
  status: 404,
  error: 'not_found',
  description: 'Could not find the requested resource(s).',
}

/**
 * performOAuth2DeviceVerificationFlow: the browser comes here bare, then with the device verifier,
 * the login verifier and the consent verifier in turn.
 */
export async function performOAuth2DeviceVerificationFlow(
  request: Request,
  ory: Ory,
): Promise<Answer> {
  // A device asks for nothing on top: prompt and its like are not read from this query.
  const turn: Turn = { ory, request, form: new URLSearchParams(), setCookies: [] }
  return withCookies(turn, await step(turn))
}

async function step(turn: Turn): Promise<Answer> {
  const verifier = (name: string) => turn.request.query.get(`${name}_verifier`)?.trim() ?? ''
  const device = verifier('device')
  const login = verifier('login')
  const consent = verifier('consent')
  if (login === '' && consent === '') {
    return device === '' ? askForUserCode(turn) : askForLogin(turn, device)
  }
  const client = namedClient(turn)
  if (login === '') return finishDevice(turn, finishConsent(turn, consent), client)
  const flow = await finishLogin(turn, login, client)
  const { requestedScope } = flow
  return beginConsent(turn, flow, { client, redirectUri: undefined, requestedScope })
}

/** To the verification page, which asks for the user code unless it came along. */
function askForUserCode(turn: Turn): Answer {
  const { ory, request } = turn
  const userCode = request.query.get('user_code')
  const flow: DeviceFlow = {
    requestUrl: maskedUrl(turn),
    requestedAt: Math.floor(ory.now() / 1000) * 1000,
    csrf: newCsrf(turn, deviceCsrfCookie),
  }
  const location = setQuery(ory.settings.deviceVerificationUrl, {
    device_challenge: seal(ory, 'device challenge', flow),
    ...(userCode !== null && { user_code: userCode }),
  })
  return found(request.method, location)
}

/** The user code is a secret while it is not used: it must not stay in the flow's URL. */
function maskedUrl({ ory, request }: Turn): string {
  const masked = [...request.query].map(([name, value]): [string, string] => [
    name,
    name.toLowerCase() === 'user_code' ? '****' : value,
  ])
  const query = encodeQuery(new URLSearchParams(masked))
  return `${ory.settings.issuer}/oauth2/device/verify${query === '' ? '' : `?${query}`}`
}

async function askForLogin(turn: Turn, verifier: string): Promise<Answer> {
  const flow = openVerifier<VerifiedDeviceFlow>(turn.ory, 'device', verifier)
  checkCsrf(turn, deviceCsrfCookie, flow.csrf)
  const { requestUrl, requestedScope, requestedAudience, deviceRequestId } = flow
  const wanted = { requestUrl, requestedScope, requestedAudience, deviceRequestId }
  return beginLogin(turn, { client: namedClient(turn), ...wanted })
}

function namedClient({ ory, request }: Turn): ClientRow {
  const id = request.query.get('client_id') ?? ''
  if (id === '') throw new OAuth2Error(invalidClient, "Query parameter 'client_id' is missing.")
  const client = ory.state.clients.get(id)
  if (client !== undefined) return client
  throw new OAuth2Error(invalidClient, 'Client does not exist')
}

/** The device may have its tokens now; the browser is told that all is done. */
function finishDevice(
  { ory, request, form }: Turn,
  flow: ConsentedFlow,
  client: ClientRow,
): Answer {
  const { consent, consentRequestId } = flow
  const [device] = ory.state.deviceCodes.by('requestId', flow.deviceRequestId ?? '')
  if (device === undefined) throw new OAuth2Error(notFound)
  ory.state.deviceCodes.set(device.digest, {
    ...device,
    granted: {
      consentId: consentRequestId,
      subject: flow.subject,
      scope: [...new Set(consent.grantScope)],
      audience: [...new Set(consent.grantAudience)],
      ext: consent.sessionAccessToken,
      idTokenClaims: sessionClaims(ory, client, flow, form),
    },
  })
  return found(request.method, setQuery(ory.settings.deviceDoneUrl, { client_id: flow.clientId }))
}
