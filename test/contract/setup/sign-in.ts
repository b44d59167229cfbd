import {
  type AuthorizationOptions,
  type Authorized,
  authorizeInBrowser,
  type Browser,
  type ConsentStep,
  createBrowser,
  type LoginStep,
  startAuthorization,
} from '@lapse/ory-emulator'
import { type CreatedClient, newSubject, redirectUri } from './created.ts'
import { adminUrl, publicUrl } from './server.ts'

export type SignInOptions = Partial<Omit<AuthorizationOptions, 'client'>>

/** A sign-in played to its end, with both tokens at hand. */
export interface SignedIn extends Authorized {
  readonly subject: string
  readonly access_token: string
  readonly refresh_token: string
}

const optionsFor = (
  client: CreatedClient,
  options: SignInOptions,
): AuthorizationOptions & { readonly browser: Browser } => ({
  adminUrl,
  publicUrl,
  client: { ...client, redirect_uri: redirectUri } as AuthorizationOptions['client'],
  subject: options.subject ?? newSubject(),
  scope: 'openid offline read',
  browser: createBrowser(),
  ...options,
})

/** Signs a new subject in, unless the options name one, and exchanges the code for tokens. */
export const signIn = async (
  client: CreatedClient,
  options: SignInOptions = {},
): Promise<SignedIn> => {
  const filled = optionsFor(client, options)
  const authorized = await authorizeInBrowser(filled)
  const { access_token, refresh_token = '' } = authorized.tokens

  return { ...authorized, subject: filled.subject, access_token, refresh_token }
}

/** A sign-in on its way, and the browser it takes place in. */
export type Underway<Step> = Step & { readonly browser: Browser; readonly subject: string }

/** Brings a browser as far as the login app. */
export const startSignIn = async (
  client: CreatedClient,
  options: SignInOptions = {},
): Promise<Underway<LoginStep>> => {
  const filled = optionsFor(client, options)

  return {
    ...(await startAuthorization(filled)),
    browser: filled.browser,
    subject: filled.subject,
  }
}

/** Brings a browser as far as the consent app. */
export const startConsent = async (
  client: CreatedClient,
  options: SignInOptions = {},
): Promise<Underway<ConsentStep>> => {
  const { accept, browser, subject } = await startSignIn(client, options)

  return { ...(await (await accept()).proceed()), browser, subject }
}

/** Whether the login app would be told who a browser's user is. */
export const isRemembered = async (
  client: CreatedClient,
  { browser, subject }: { readonly browser: Browser; readonly subject: string },
): Promise<boolean> => {
  const { request } = await startSignIn(client, { browser, subject })

  return request['skip'] === true
}

/** A query parameter of where a browser was sent. */
export const sentWith = (location: string | undefined, name: string): string | null =>
  new URL(location ?? '').searchParams.get(name)
