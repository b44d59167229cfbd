import type { Command } from 'commander'

/** Lets a command work in a stage; what it is given as is `StageOption`. */
export function atStage(command: Command): Command {
  return command.option(
    '--stage <name>',
    'a deployed stage, which says itself where everything is; AWS is asked as AWS_PROFILE and AWS_REGION say',
  )
}
