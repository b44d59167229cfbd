/** A function, whatever it is invoked by. */
export interface FunctionDefinition {
  /** Names the function. */
  readonly stem: string
  /** URL of the module that exports `handler`. */
  readonly module: string
  /** After this an invocation is killed. */
  readonly timeoutSeconds: number
  readonly memorySizeMb: number
}

/** Where the function with this stem is written. */
export function moduleOf(stem: string): string {
  return new URL(`../../../../functions/${stem}.ts`, import.meta.url).href
}
