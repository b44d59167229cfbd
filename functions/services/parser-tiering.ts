import { setFlagsFromString } from 'node:v8'

/** Ten times V8's own, roughly in bytes of code that were run: some hundred answers. */
export const tieringFlag = '--wasm-tiering-budget=130000000'

/**
 * Has V8 optimize the parser of HTTP, which is WebAssembly, once some hundred answers were read and
 * not after ten: that takes more CPU time than all else that becomes of a first message, on a part
 * of a processor that it then waits for. Counts for modules made afterwards; undici makes its parser
 * with the first connection. What Node has of its own loads slower from then on, so it comes last.
 */
export function optimizeParserLater(): void {
  setFlagsFromString(tieringFlag)
}
