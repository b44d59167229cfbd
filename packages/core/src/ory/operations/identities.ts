import { operation, type Page } from '../operation.ts'
import type { Identity, IdentitySession } from '../types/identity.ts'

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
