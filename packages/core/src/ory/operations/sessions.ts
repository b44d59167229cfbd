import { operation, type Page } from '../operation.ts'
import type { OAuth2ConsentSession } from '../types/consent-session.ts'

/** Whose consent sessions to list. */
export interface ListOAuth2ConsentSessionsParameters {
  /** The subject as Ory stores it, never its pairwise form. */
  readonly subject: string
  readonly login_session_id?: string
  /** At most 500 on current servers, which give 100 where it is left out. */
  readonly page_size?: number
  readonly page_token?: string
}

/**
 * Lists the consent sessions of a subject, and fewer than there are: consents granted by skipping
 * and those whose remembered time has passed are left out. Never conclude from it that there is
 * nothing to revoke.
 *
 * operationId `listOAuth2ConsentSessions`; repeatable. Await it for the first page, iterate it for all.
 */
export const listOAuth2ConsentSessions = operation<
  ListOAuth2ConsentSessionsParameters,
  Page<OAuth2ConsentSession>
>({
  method: 'GET',
  path: '/admin/oauth2/auth/sessions/consent',
  port: 'admin',
  query: {
    subject: 'subject',
    login_session_id: 'subject',
    page_size: 'count',
    page_token: 'page-token',
  },
  required: ['subject'],
  success: [200],
  answer: 'page',
  repeatable: true,
  bucket: 'admin-high',
})

/** Which consent sessions to revoke: all of a subject, a subject's at one client, or one grant. */
export type RevokeOAuth2ConsentSessionsParameters =
  | {
      readonly subject: string
      readonly all: true
      readonly client?: never
      readonly consent_request_id?: never
    }
  | {
      readonly subject: string
      readonly client: string
      readonly all?: never
      readonly consent_request_id?: never
    }
  | {
      /** Since v25.4. */
      readonly consent_request_id: string
      readonly subject?: never
      readonly client?: never
      readonly all?: never
    }

/**
 * Revokes consent sessions, and with them every access and refresh token issued on their strength.
 * Tokens of the client_credentials and jwt-bearer grants, login sessions and flows under way stay.
 *
 * operationId `revokeOAuth2ConsentSessions`; repeatable: 204 also where there was nothing to revoke.
 */
export const revokeOAuth2ConsentSessions = operation<RevokeOAuth2ConsentSessionsParameters, void>({
  method: 'DELETE',
  path: '/admin/oauth2/auth/sessions/consent',
  port: 'admin',
  query: { subject: 'subject', all: 'true', client: 'text', consent_request_id: 'text' },
  combinations: [['subject', 'all'], ['subject', 'client'], ['consent_request_id']],
  success: [204],
  answer: 'nothing',
  repeatable: true,
  bucket: 'admin-low',
})

/** Which login sessions to revoke: all of a subject, or one by its id. */
export type RevokeOAuth2LoginSessionsParameters =
  | { readonly subject: string; readonly sid?: never }
  | {
      /** A consent's `login_session_id`; acts on remembered sessions only. Since v2.1. */
      readonly sid: string
      readonly subject?: never
    }

/**
 * Revokes login sessions, and no token. By `sid` the clients of that session are told by
 * back-channel logout; by `subject` nobody is told, and the sids are gone.
 *
 * operationId `revokeOAuth2LoginSessions`; repeatable: 204 also where there was nothing to revoke.
 */
export const revokeOAuth2LoginSessions = operation<RevokeOAuth2LoginSessionsParameters, void>({
  method: 'DELETE',
  path: '/admin/oauth2/auth/sessions/login',
  port: 'admin',
  query: { subject: 'subject', sid: 'subject' },
  combinations: [['subject'], ['sid']],
  success: [204],
  answer: 'nothing',
  repeatable: true,
  bucket: 'admin-low',
})
