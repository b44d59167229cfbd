import type { Dispatcher } from 'undici'
import Pool from 'undici/lib/dispatcher/pool.js'
import { type BaseUrl, parseBaseUrl } from './base-url.ts'
import { type ApiKeys, checkApiKey, type OryOptions, type Settings } from './options.ts'

/** One side of Ory, ready to be sent requests. */
export interface Side extends BaseUrl {
  readonly dispatcher: Dispatcher
  /** Where the key of its requests comes from; without it none is sent. */
  readonly keys: ApiKeys | undefined
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

const onlyKey = (key: string): ApiKeys => ({
  current: async () => key,
  another: async () => undefined,
  worked: () => {},
})

const keysOf = ({ apiKey }: Pick<OryOptions, 'apiKey'>): ApiKeys | undefined => {
  if (apiKey === undefined) return undefined

  return typeof apiKey === 'object' && apiKey !== null ? apiKey : onlyKey(checkApiKey(apiKey))
}

const openSide = (
  base: BaseUrl,
  given: Dispatcher | undefined,
  settings: Settings,
  keys?: ApiKeys,
): Side => {
  const dispatcher = given ?? openPool(base.origin, settings)

  return {
    ...base,
    dispatcher,
    keys,
    close: () => (given === undefined ? dispatcher.close() : Promise.resolve()),
  }
}

/** Opens the admin side, which is sent the API key where there is one. @throws ConfigError */
export const openAdmin = (options: OryOptions, settings: Settings): Side => {
  const base = parseBaseUrl('adminUrl', options.adminUrl)

  return openSide(base, options.dispatcher, settings, keysOf(options))
}

/** Opens a part with a URL and a key of its own. @throws ConfigError */
export const openPart = (
  name: string,
  part: Pick<OryOptions, 'apiKey'> & { readonly url: string | URL },
  dispatcher: Dispatcher | undefined,
  settings: Settings,
): Side => openSide(parseBaseUrl(name, part.url), dispatcher, settings, keysOf(part))

/** Opens the public side, which never sees the API key. @throws ConfigError */
export const openPublic = (options: OryOptions, settings: Settings): Side | undefined => {
  if (options.publicUrl === undefined) return undefined
  const base = parseBaseUrl('publicUrl', options.publicUrl)

  return openSide(base, options.dispatcher, settings)
}
