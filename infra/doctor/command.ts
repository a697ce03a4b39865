import { Command } from 'commander'
import { versionOf } from '../backup/back-up.ts'
import { addressOf, openAddress, root } from '../run/services.ts'
import { readPlace } from '../run/settings.ts'
import { askAll } from './ask.ts'
import { diagnose } from './diagnose.ts'
import type { Facts } from './facts.ts'
import { lookAtFolder } from './folder.ts'
import { printDiagnosis } from './print.ts'

interface World {
  env: NodeJS.ProcessEnv
  stdout: { write(text: string): unknown; isTTY?: boolean }
  /** Told whether all is well. */
  end: (ok: boolean) => void
}

const help = [
  '',
  'It asks the event bus, and over it each service: health, version, position, lag, file, clock. It looks at the data folder, its owner and',
  'modes, and the disk. It changes nothing. LOGBOOK_DATA and LOGBOOK_<SERVICE>_PORT say where, as for npm start.',
  'Ends with 0 where all is well, with 1 where something is not or nothing runs, with 2 where it could not look.',
].join('\n')

/** `npm run doctor --` */
export const createDoctor = ({ env, stdout, end }: World): Command =>
  new Command('npm run doctor --')
    .description('Looks at a Logbook, says what is wrong, and what to do about it.')
    .option('--json', 'answer with one JSON object: verdict, ok, running, findings, facts', false)
    .addHelpText('after', help)
    .exitOverride()
    .action(async ({ json }: { json: boolean }) => {
      const place = readPlace(env)
      const facts: Facts = {
        version: versionOf(root),
        address: place.publicUrl ?? openAddress(place),
        busUrl: addressOf('event-bus', place),
        folder: lookAtFolder(place.dataFolder, env),
        ...(await askAll(place)),
      }
      const diagnosis = diagnose(facts)
      stdout.write(
        json
          ? `${JSON.stringify({ ...diagnosis, facts }, null, 2)}\n`
          : printDiagnosis(diagnosis, facts, { isTerminal: stdout.isTTY === true }),
      )
      end(diagnosis.ok)
    })
