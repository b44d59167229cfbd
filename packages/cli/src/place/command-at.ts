import type { StageOption } from './find-place.ts'

/**
 * A command of lapse as a sentence names it: for the stage that the one which says it ran with.
 * @param command its words, such as `lapse rotate --status`
 */
export function commandAt({ stage }: StageOption, command: string): string {
  return stage === undefined ? command : `${command} --stage ${stage}`
}
