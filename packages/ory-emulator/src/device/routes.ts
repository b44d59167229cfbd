import type { Route } from '../http.ts'
import { withAdminErrors, withTokenErrors } from '../tokens/oauth2-error.ts'
import { acceptUserCodeRequest } from './accept-user-code.ts'
import { oAuth2DeviceFlow } from './authorize-device.ts'
import { performOAuth2DeviceVerificationFlow } from './verify-device.ts'

/** The device authorization grant's three endpoints; its tokens come from the token endpoint. */
export const deviceRoutes: readonly Route[] = [
  {
    operation: 'oAuth2DeviceFlow',
    port: 'public',
    method: 'POST',
    path: '/oauth2/device/auth',
    bucket: 'public-high',
    handle: withTokenErrors(oAuth2DeviceFlow),
  },
  {
    operation: 'performOAuth2DeviceVerificationFlow',
    port: 'public',
    method: 'GET',
    path: '/oauth2/device/verify',
    bucket: 'admin-high',
    handle: withAdminErrors(performOAuth2DeviceVerificationFlow),
  },
  {
    operation: 'acceptUserCodeRequest',
    port: 'admin',
    method: 'PUT',
    path: '/admin/oauth2/auth/requests/device/accept',
    bucket: 'admin-high',
    handle: withAdminErrors(acceptUserCodeRequest),
  },
]
