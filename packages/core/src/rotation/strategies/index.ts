import type { StrategyName } from '../row.ts'
import { keyPair } from './key-pair.ts'
import { native } from './native.ts'
import { replace } from './replace.ts'
import type { Strategy } from './strategy.ts'

export { closeCut } from './replace.ts'

/** What each strategy does, by its name in the ledger. */
export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  'key-pair': keyPair,
  native,
  replace,
}
