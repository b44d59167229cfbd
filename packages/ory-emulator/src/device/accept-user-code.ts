import { invalidRequest } from '../errors.ts'
import { openChallenge } from '../flows/flow.ts'
import { setQuery } from '../flows/go-url.ts'
import { redirectTo } from '../flows/login-requests.ts'
import { seal } from '../flows/seal.ts'
import { decodeStruct, type Fields } from '../go/fields.ts'
import { GoError } from '../go/go-error.ts'
import { decodeFirst } from '../go/json.ts'
import type { Answer, Request } from '../http.ts'
import type { Ory } from '../ory.ts'
import type { DeviceCodeRow } from '../state.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'
import type { DeviceFlow, VerifiedDeviceFlow } from './device-flow.ts'

const fields = { user_code: 'string' } as const satisfies Fields
const names = {
  type: 'flow.AcceptDeviceUserCodeRequest',
  field: (name: string) => `AcceptDeviceUserCodeRequest.${name}`,
  list: '[]string',
}

/** acceptUserCodeRequest: the user has typed a device's code in. */
export function acceptUserCodeRequest(request: Request, ory: Ory): Answer {
  const challenge = request.query.get('device_challenge') ?? ''
  if (challenge === '') {
    throw new OAuth2Error(
      invalidRequest,
      "Query parameter 'device_challenge' is not defined but should have been.",
    )
  }
  const userCode = decodeUserCode(request)
  if (userCode === '') {
    throw new OAuth2Error(invalidRequest, "Field 'user_code' must not be empty.")
  }
  const flow = openChallenge<DeviceFlow>(ory, 'device', challenge)
  const device = pendingDevice(ory, userCode)

  const query = new URLSearchParams(flow.requestUrl.split('?')[1])
  const clientId = query.get('client_id') || device.clientId
  const verified: VerifiedDeviceFlow = {
    ...flow,
    requestUrl: setQuery(flow.requestUrl, { client_id: clientId }),
    deviceRequestId: device.requestId,
    requestedScope: device.requestedScope,
    requestedAudience: device.requestedAudience,
  }
  const verifier = seal(ory, 'device verifier', verified)
  const parameters = { device_verifier: verifier, client_id: device.clientId }
  return redirectTo(setQuery(verified.requestUrl, parameters))
}

function decodeUserCode(request: Request): string {
  try {
    return decodeStruct(fields, names, decodeFirst(request.body)).user_code
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw new OAuth2Error(invalidRequest, `Unable to decode request body: ${error.message}`)
  }
}

function pendingDevice(ory: Ory, userCode: string): DeviceCodeRow {
  const [device] = ory.state.deviceCodes.by('userCode', userCode)
  if (device !== undefined && device.expiresAt >= ory.now()) return device
  throw new OAuth2Error(
    invalidRequest,
    "The 'user_code' session could not be found or has expired or is otherwise malformed.",
  )
}
