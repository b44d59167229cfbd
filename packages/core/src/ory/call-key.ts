import { type ApiKeys, checkApiKey } from './options.ts'

/** The key that a call is sent with, as long as it is not refused. */
export interface CallKey {
  /** `undefined` for a side without keys. */
  readonly value: () => string | undefined
  /** Takes another in its place, never one that this call was refused before; `false` where there is none. */
  readonly replace: () => Promise<boolean>
  /** Lets the source know that the key was accepted. */
  readonly worked: () => void
}

/** Of a side without keys. */
export const noKey: CallKey = {
  value: () => undefined,
  replace: async () => false,
  worked: () => {},
}

/** Takes the key that a call begins with. @throws ConfigError where it cannot be a key */
export const takeKey = async (keys: ApiKeys): Promise<CallKey> => {
  const refused: string[] = []
  let key = checkApiKey(await keys.current())

  return {
    value: () => key,
    async replace() {
      refused.push(key)
      const other = await keys.another(refused)
      if (other === undefined || refused.includes(other)) return false
      key = checkApiKey(other)

      return true
    },
    worked() {
      if (refused.length > 0) keys.worked(key)
    },
  }
}
