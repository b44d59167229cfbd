import { operation } from '../operation.ts'
import type {
  ClientSecretBasic,
  ClientSecretPost,
  PrivateKeyJwt,
  PublicClient,
} from '../types/client-authentication.ts'
import type { AcceptDeviceUserCodeRequestBody, OAuth2RedirectTo } from '../types/requests.ts'
import type { DeviceAuthorization, OAuth2Redirect } from '../types/token.ts'

/** What a device asks for, and how its client authenticates; it is named in the form in any case. */
export type OAuth2DeviceFlowParameters = {
  /** Separated by spaces. */
  readonly scope?: string
  /** Separated by spaces. */
  readonly audience?: string
} & (
  | ClientSecretBasic
  | ClientSecretPost
  | (PrivateKeyJwt & { readonly client_id: string })
  | PublicClient
)

/**
 * Begins a device authorization: a code for the device to poll with, and one for its user to type.
 *
 * operationId `oAuth2DeviceFlow`, RFC 8628 section 3.1; since v25.4; not repeatable, each call
 * makes another pair of codes.
 */
export const oAuth2DeviceFlow = operation<OAuth2DeviceFlowParameters, DeviceAuthorization>({
  method: 'POST',
  path: '/oauth2/device/auth',
  port: 'public',
  form: ['scope', 'audience'],
  authentication: 'named',
  success: [200],
  answer: 'object',
  repeatable: false,
  bucket: 'public-high',
})

/** What a browser brings to the verification page. */
export interface PerformOAuth2DeviceVerificationFlowParameters {
  /** The code the user typed, or that came with `verification_uri_complete`. */
  readonly user_code?: string
  readonly client_id?: string
  /** What an accepted user code's `redirect_to` brings back. */
  readonly device_verifier?: string
  /** The browser's `Cookie` header, which Ory matches with the verifier. */
  readonly cookie?: string
}

/**
 * Opens the verification page of the device flow, as a browser does. The redirect is returned and
 * never followed.
 *
 * operationId `performOAuth2DeviceVerificationFlow`; since v25.4; not repeatable, verifiers being
 * good for once.
 */
export const performOAuth2DeviceVerificationFlow = operation<
  PerformOAuth2DeviceVerificationFlowParameters,
  OAuth2Redirect
>({
  method: 'GET',
  path: '/oauth2/device/verify',
  port: 'public',
  query: { user_code: 'text', client_id: 'text', device_verifier: 'text' },
  header: ['cookie'],
  success: [302, 303],
  answer: 'redirect',
  repeatable: false,
  // A public route, and yet Ory's specification counts it with the admin side.
  bucket: 'admin-high',
})

/**
 * Tells Ory the code that a user typed; the browser has to follow `redirect_to`.
 *
 * operationId `acceptUserCodeRequest`; since v25.4; repeatable, each answer with another verifier.
 */
export const acceptUserCodeRequest = operation<
  { readonly device_challenge: string; readonly body: AcceptDeviceUserCodeRequestBody },
  OAuth2RedirectTo
>({
  method: 'PUT',
  path: '/admin/oauth2/auth/requests/device/accept',
  port: 'admin',
  query: { device_challenge: 'text' },
  required: ['device_challenge'],
  body: 'object',
  success: [200],
  answer: 'object',
  repeatable: true,
  bucket: 'admin-high',
})
