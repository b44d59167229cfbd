import type { Dispatcher } from 'undici'
import Pool from 'undici/lib/dispatcher/pool.js'
import { type BaseUrl, parseBaseUrl } from './base-url.ts'
import { checkApiKey, type OryOptions, type Settings } from './options.ts'
import type { WireRequest } from './request.ts'

/** One side of Ory, ready to be sent requests. */
export interface Side extends BaseUrl {
  readonly dispatcher: Dispatcher
  /** The header names and values of a request, in turn. */
  readonly headersOf: (wire: WireRequest) => string[] | Promise<string[]>
  /** Closes the connections, where they are our own. */
  readonly close: () => Promise<void>
}

const openPool = (origin: string, { connections }: Settings): Dispatcher =>
  new Pool(origin, {
    connections,
    // The attempts have deadlines of their own, and HTTP/1.1 alone says clearly what was written.
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: 5000,
    allowH2: false,
  })

const writeHeaders = (wire: WireRequest, key: string | undefined): string[] => {
  const headers = ['accept', 'application/json']
  if (key !== undefined) headers.push('authorization', `Bearer ${key}`)
  if (wire.contentType !== undefined) headers.push('content-type', wire.contentType)

  return headers.concat(wire.headers)
}

const openSide = (
  base: BaseUrl,
  given: Dispatcher | undefined,
  settings: Settings,
  headersOf: Side['headersOf'],
): Side => {
  const dispatcher = given ?? openPool(base.origin, settings)

  return {
    ...base,
    dispatcher,
    headersOf,
    close: () => (given === undefined ? dispatcher.close() : Promise.resolve()),
  }
}

/** Opens the admin side, which is sent the API key where there is one. @throws ConfigError */
export const openAdmin = (options: OryOptions, settings: Settings): Side => {
  const { adminUrl, apiKey, dispatcher } = options
  const base = parseBaseUrl('adminUrl', adminUrl)
  if (typeof apiKey === 'function') {
    const headersOf = async (wire: WireRequest) => writeHeaders(wire, checkApiKey(await apiKey()))
    return openSide(base, dispatcher, settings, headersOf)
  }
  const key = apiKey === undefined ? undefined : checkApiKey(apiKey)

  return openSide(base, dispatcher, settings, (wire) => writeHeaders(wire, key))
}

/** Opens the public side, which never sees the API key. @throws ConfigError */
export const openPublic = (options: OryOptions, settings: Settings): Side | undefined => {
  if (options.publicUrl === undefined) return undefined
  const base = parseBaseUrl('publicUrl', options.publicUrl)

  return openSide(base, options.dispatcher, settings, (wire) => writeHeaders(wire, undefined))
}
