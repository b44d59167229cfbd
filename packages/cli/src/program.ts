import { Command } from 'commander'
import { type Examples, examples, help, helpWidth, typedName } from './output/help.ts'
import { ownVersion } from './own-version.ts'
import { addCompletion } from './program/completion.ts'
import { addConsole } from './program/console.ts'
import { addDeadLetters } from './program/dead-letters.ts'
import { addDemo } from './program/demo.ts'
import { addDev } from './program/dev.ts'
import { addDoctor } from './program/doctor.ts'
import { addExample } from './program/example.ts'
import { addHelp } from './program/help.ts'
import { addOry } from './program/ory.ts'
import { addPlan } from './program/plan.ts'
import { addReceipts } from './program/receipts.ts'
import { addRotate } from './program/rotate.ts'
import { addRun } from './program/run.ts'
import { addSend } from './program/send.ts'
import { addStatus } from './program/status.ts'
import { addSubjects } from './program/subjects.ts'
import { addVerify } from './program/verify.ts'
import { refuseRepeatedOptions } from './repeated-options.ts'

const story: Examples = [
  ['lapse demo', 'the whole story, played once'],
  ['lapse dev', 'everything on this machine, until Ctrl-C'],
  ['lapse example user.deleted | lapse send', 'an event to the queue of lapse dev'],
  ['lapse send event.json --lane incident', 'the same, before all that waits'],
  ['lapse plan user-deleted --subject alice', 'what would be done, in order; nothing is changed'],
  ['lapse plan key-rotated event.json', 'what a worker would say of this event'],
  ['lapse dead-letters list', 'what is on the DLQs, and why'],
  ['lapse run user-deleted --from users.csv', 'every user of a file'],
  ['lapse doctor', 'whether everything is as it should be'],
  ['lapse status', 'what waits, what is open and what rings'],
  ['lapse console --stage production', 'the same and more, as pages'],
  ['lapse rotate --status', 'how every secret stands'],
  ['lapse rotate app/notes', 'a secret, rotated by hand'],
  ['lapse receipts find --subject -', 'what was done for a user, and what may still work'],
  ['lapse receipts show event-1', 'how one event stands'],
  ['lapse verify user-deleted --subject alice', 'what Ory lists of a user now'],
  ['lapse subjects explain event.json', 'whose event it is, and which setting says so'],
  ['lapse receipts verify alice.tlog-proof --key <vkey>', 'whether the log holds this receipt'],
  ['lapse ory --profile v26.2', 'an OAuth2 server for your own tests'],
]

const exitCodes = 'Exit codes: 0 done, 1 not done, 2 the command line or a setting is wrong.'

/** The command line. Each command loads its own modules, and only once it runs. */
export function lapse(): Command {
  const program = new Command(typedName(process.env))
    .description("When a user goes, their grants lapse: keeps Ory's OAuth2 server in step.")
    .version(ownVersion(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .exitOverride()
    .configureHelp(help)
    // The one line about what is wrong is main's; help that was not asked for is shown all the same.
    .configureOutput({
      outputError: () => undefined,
      writeErr: (text) => process.stdout.write(text),
      getOutHelpWidth: helpWidth,
      getErrHelpWidth: helpWidth,
    })
    .addHelpText('after', examples(story, '', exitCodes))
  addDev(program)
  addDemo(program)
  addExample(program)
  addSend(program)
  addPlan(program)
  addDeadLetters(program)
  addRun(program)
  addRotate(program)
  addDoctor(program)
  addStatus(program)
  addConsole(program)
  addReceipts(program)
  addVerify(program)
  addSubjects(program)
  addCompletion(program)
  addHelp(program)
  addOry(program)
  refuseRepeatedOptions(program)
  return program
}
