import { operation, type Page } from '../operation.ts'
import { isRepeatablePatch, refusePatch } from '../patch.ts'
import type {
  OAuth2Client,
  OAuth2ClientBody,
  OAuth2ClientLifespans,
} from '../types/oauth2-client.ts'
import type { OAuth2ClientPatch } from '../types/oauth2-client-patch.ts'
import { refuseBodyFor, refuseEmptyClientId } from './refusals.ts'

/** Which clients to list; both filters are exact, and a client has to match all that are given. */
export interface ListOAuth2ClientsParameters {
  readonly client_name?: string
  readonly owner?: string
  /** At most 500 on current servers, which give 100 where it is left out. */
  readonly page_size?: number
  readonly page_token?: string
}

/**
 * Lists clients in the order of their ids, without their secrets.
 *
 * operationId `listOAuth2Clients`; repeatable. Await it for the first page, iterate it for all.
 */
export const listOAuth2Clients = operation<ListOAuth2ClientsParameters, Page<OAuth2Client>>({
  method: 'GET',
  path: '/admin/clients',
  port: 'admin',
  query: { client_name: 'text', owner: 'text', page_size: 'count', page_token: 'page-token' },
  success: [200],
  answer: 'page',
  exact: ['client_name', 'owner'],
  repeatable: true,
  bucket: 'admin-medium',
})

/**
 * Creates a client. Choose the `client_id` and the `client_secret` yourself: the answer is the
 * only place that ever shows a generated one, and with a chosen id a lost answer is found out by
 * a GET.
 *
 * operationId `createOAuth2Client`; not repeatable (409 where the id exists, else one more client).
 */
export const createOAuth2Client = operation<{ readonly body: OAuth2ClientBody }, OAuth2Client>({
  method: 'POST',
  path: '/admin/clients',
  port: 'admin',
  body: 'object',
  check: refuseEmptyClientId,
  success: [201],
  answer: 'object',
  answersClient: true,
  repeatable: false,
  bucket: 'admin-low',
})

/** Reads a client, without its secret. operationId `getOAuth2Client`; repeatable. */
export const getOAuth2Client = operation<{ readonly id: string }, OAuth2Client>({
  method: 'GET',
  path: '/admin/clients/{id}',
  port: 'admin',
  success: [200],
  answer: 'object',
  answersClient: true,
  repeatable: true,
  bucket: 'admin-high',
})

/**
 * Replaces a client. What the body leaves out is reset to Ory's default, lifespans, metadata and
 * `created_at` included; only the secret survives. There is no ETag: two writers lose updates.
 *
 * operationId `setOAuth2Client`; repeatable.
 */
export const setOAuth2Client = operation<
  { readonly id: string; readonly body: OAuth2ClientBody },
  OAuth2Client
>({
  method: 'PUT',
  path: '/admin/clients/{id}',
  port: 'admin',
  body: 'object',
  check: refuseBodyFor,
  success: [200],
  answer: 'object',
  answersClient: true,
  repeatable: true,
  bucket: 'admin-low',
})

/**
 * Changes parts of a client by JSON Patch. Ory answers every patch it cannot apply with 500, so
 * that status is permanent here.
 *
 * operationId `patchOAuth2Client`; repeatable where every operation sets a named member: not with
 * a `remove`, nor with a place in an array.
 */
export const patchOAuth2Client = operation<
  { readonly id: string; readonly body: readonly OAuth2ClientPatch[] },
  OAuth2Client
>({
  method: 'PATCH',
  path: '/admin/clients/{id}',
  port: 'admin',
  body: 'array',
  check: refusePatch,
  success: [200],
  answer: 'object',
  answersClient: true,
  repeatable: ({ body }) => isRepeatablePatch(body),
  bucket: 'admin-low',
})

/**
 * Deletes a client and all that was issued to it: consents, access and refresh tokens. Login
 * sessions and trusted issuers stay, nobody is told by back-channel, and JWT access tokens keep
 * validating offline. May take longer than Ory's write timeout for a client with very many tokens.
 *
 * operationId `deleteOAuth2Client`; repeatable, the second answer being a row-level 404.
 */
export const deleteOAuth2Client = operation<{ readonly id: string }, void>({
  method: 'DELETE',
  path: '/admin/clients/{id}',
  port: 'admin',
  success: [204],
  answer: 'nothing',
  repeatable: true,
  bucket: 'admin-low',
  already: 404,
})

/**
 * Replaces all lifespans of a client: what is left out becomes the server's default. To change
 * one alone, patch it. Tokens already issued keep theirs.
 *
 * operationId `setOAuth2ClientLifespans`; repeatable.
 */
export const setOAuth2ClientLifespans = operation<
  { readonly id: string; readonly body: OAuth2ClientLifespans },
  OAuth2Client
>({
  method: 'PUT',
  path: '/admin/clients/{id}/lifespans',
  port: 'admin',
  body: 'object',
  success: [200],
  answer: 'object',
  answersClient: true,
  repeatable: true,
  bucket: 'admin-low',
})
