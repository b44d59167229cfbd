import type { Command } from 'commander'
import { helpText } from '../output/help.ts'

export function addReceipts(program: Command): void {
  program
    .command('receipts')
    .description('receipts, and the log that holds them')
    .command('verify')
    .description('verify proofs of receipts, or whole logs, offline')
    .argument('<file...>', 'a .tlog-proof, or a log with its receipts; - reads standard input')
    .requiredOption('--key <vkey>', "the log's public key: <name>+<id>+<base64>")
    .option('--checkpoint <file>', 'a checkpoint of the log that you trust')
    .option('--max-age <duration>', 'how old the newest checkpoint may be, such as 15m, 1h or 7d')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      helpText(
        'Each file ends in a verdict: valid or valid-as-of (exit code 0), altered, missing, reordered, truncated-tail, forked, unknown-key, not-yet-sealed or expired (1).',
      ),
    )
    .action(async (files, options) =>
      (await import('../commands/receipts-verify.ts')).verifyReceipts(files, options),
    )
}
