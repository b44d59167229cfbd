import type { Bucket, Route } from '../http.ts'
import { patchOAuth2Client, setOAuth2Client, setOAuth2ClientLifespans } from './change.ts'
import { createOAuth2Client } from './create.ts'
import { deleteOAuth2Client } from './delete.ts'
import { deleteOAuth2Token } from './delete-tokens.ts'
import { getOAuth2Client, listOAuth2Clients } from './read.ts'
import {
  createOidcDynamicClient,
  deleteOidcDynamicClient,
  getOidcDynamicClient,
  setOidcDynamicClient,
} from './registration.ts'
import { deleteRotatedOAuth2ClientSecrets, rotateOAuth2ClientSecret } from './rotation.ts'

function admin(
  operation: string,
  method: string,
  path: string,
  bucket: Bucket,
  handle: Route['handle'],
): Route {
  return { operation, port: 'admin', method, path, bucket, handle }
}

const client = '/admin/clients/{id}'

const rotation: readonly Route[] = [
  admin(
    'rotateOAuth2ClientSecret',
    'POST',
    `${client}/secrets/rotate`,
    'admin-low',
    rotateOAuth2ClientSecret,
  ),
  admin(
    'deleteRotatedOAuth2ClientSecrets',
    'DELETE',
    `${client}/secrets/rotate`,
    'admin-low',
    deleteRotatedOAuth2ClientSecrets,
  ),
]

const registration = '/oauth2/register'

function open(
  operation: string,
  method: string,
  path: string,
  handle: Route['handle'],
  bucket: Bucket = 'public-low',
): Route {
  return { operation, port: 'public', method, path, bucket, handle }
}

/** Clients that register themselves. */
const registrationRoutes: readonly Route[] = [
  open('createOidcDynamicClient', 'POST', registration, createOidcDynamicClient),
  open('getOidcDynamicClient', 'GET', `${registration}/{id}`, getOidcDynamicClient, 'admin-high'),
  open('setOidcDynamicClient', 'PUT', `${registration}/{id}`, setOidcDynamicClient),
  open('deleteOidcDynamicClient', 'DELETE', `${registration}/{id}`, deleteOidcDynamicClient),
]

/** Clients, their secrets and lifespans, and the deletion of their access tokens. */
export const clientRoutes: readonly Route[] = [
  admin('listOAuth2Clients', 'GET', '/admin/clients', 'admin-medium', listOAuth2Clients),
  admin('createOAuth2Client', 'POST', '/admin/clients', 'admin-low', createOAuth2Client),
  admin('getOAuth2Client', 'GET', client, 'admin-high', getOAuth2Client),
  admin('setOAuth2Client', 'PUT', client, 'admin-low', setOAuth2Client),
  admin('patchOAuth2Client', 'PATCH', client, 'admin-low', patchOAuth2Client),
  admin('deleteOAuth2Client', 'DELETE', client, 'admin-low', deleteOAuth2Client),
  admin(
    'setOAuth2ClientLifespans',
    'PUT',
    `${client}/lifespans`,
    'admin-low',
    setOAuth2ClientLifespans,
  ),
  admin('deleteOAuth2Token', 'DELETE', '/admin/oauth2/tokens', 'admin-low', deleteOAuth2Token),
  ...registrationRoutes,
  ...rotation.map((route) => ({ ...route, profiles: ['head'] as const })),
]
