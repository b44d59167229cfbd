import { operation, type Page } from '../operation.ts'
import type { Identity, IdentitySession } from '../types/identity.ts'
import { hasIdentifier } from './identifiers.ts'

/**
 * Reads an identity. Where there is none the answer is a row-level 404.
 *
 * operationId `getIdentity`; repeatable.
 */
export const getIdentity = operation<{ readonly id: string }, Identity>({
  method: 'GET',
  path: '/admin/identities/{id}',
  port: 'identities',
  success: [200],
  answer: 'object',
  repeatable: true,
  bucket: 'kratos-admin-high',
})

/**
 * Reads the identity with this external id, which is the `id` of the call. Where there is none the
 * answer is a row-level 404.
 *
 * operationId `getIdentityByExternalID`; repeatable.
 */
export const getIdentityByExternalID = operation<{ readonly id: string }, Identity>({
  method: 'GET',
  path: '/admin/identities/by/external/{id}',
  port: 'identities',
  success: [200],
  answer: 'object',
  // Character by character: some databases take `X` for `x`.
  isAnother: (identity, { id }) => identity['external_id'] !== id,
  repeatable: true,
  bucket: 'kratos-admin-medium',
})

/** Which identities to list. */
export interface ListIdentitiesParameters {
  /**
   * A user name, an address or a phone number, as the identity provider knows it; of a social sign-in
   * `<provider>:<subject>`. Letter case counts for the latter alone.
   */
  readonly credentials_identifier: string
  /** At most 500; 250 where it is left out. */
  readonly page_size?: number
  readonly page_token?: string
}

/**
 * Lists the identities that somebody signs in to with this identifier. A server that knows no such
 * filter lists everybody: an identity without the identifier is a mismatch.
 *
 * operationId `listIdentities`; repeatable. Await it for the first page, iterate it for all.
 */
export const listIdentities = operation<ListIdentitiesParameters, Page<Identity>>({
  method: 'GET',
  path: '/admin/identities',
  port: 'identities',
  query: { credentials_identifier: 'subject', page_size: 'count', page_token: 'page-token' },
  required: ['credentials_identifier'],
  success: [200],
  answer: 'page',
  isAnother: (identity, { credentials_identifier: asked }) =>
    !hasIdentifier(identity, String(asked)),
  repeatable: true,
  bucket: 'kratos-admin-medium',
})

/** Whose sessions to list. */
export interface ListIdentitySessionsParameters {
  /** The id of the identity, which is the OAuth2 subject only where the login app made it so. */
  readonly id: string
  /** Those that have not ended; all of them where it is left out. */
  readonly active?: true
  /** At most 500; 250 where it is left out. */
  readonly page_size?: number
  readonly page_token?: string
}

/**
 * Lists the sessions of an identity at the identity provider, newest first. An identity that has none
 * and one that is not there are both answered with an empty page: `getIdentity` tells them apart. An
 * id that is not a UUID is `rowMissing`.
 *
 * Of several pages Kratos gives the first twice and the last never (ory/kratos#3883): a page's `total`
 * counts them all.
 *
 * operationId `listIdentitySessions`; repeatable. Await it for the first page, iterate it for all.
 */
export const listIdentitySessions = operation<
  ListIdentitySessionsParameters,
  Page<IdentitySession>
>({
  method: 'GET',
  path: '/admin/identities/{id}/sessions',
  port: 'identities',
  query: { active: 'true', page_size: 'count', page_token: 'page-token' },
  success: [200],
  answer: 'page',
  repeatable: true,
  bucket: 'kratos-admin-medium',
})

/**
 * Deletes and invalidates every session of one identity, for good. A row-level 404 says that it has
 * none, or that there is no such identity; an id that is not a UUID is `rowMissing` as well.
 *
 * operationId `deleteIdentitySessions`; repeatable.
 */
export const deleteIdentitySessions = operation<{ readonly id: string }, void>({
  method: 'DELETE',
  path: '/admin/identities/{id}/sessions',
  port: 'identities',
  check: ({ id }) =>
    // Where sessions of many are ended, this one means the whole project.
    String(id).trim() === '*' ? { parameter: 'id', problem: 'must not be *' } : undefined,
  success: [204],
  answer: 'nothing',
  repeatable: true,
  bucket: 'kratos-admin-low',
  already: 404,
})
