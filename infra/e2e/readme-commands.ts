import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { read } from '../house/sources.ts'
import { defaultPorts, portVariable, serviceNames } from '../run/services.ts'
import type { Logbook } from './logbook.ts'

/** Commands of README that a test can't run on a Logbook of its own, each with the reason. */
export const notRun: Readonly<Record<string, string>> = {
  'git clone <this repository> logbook && cd logbook': 'this is the clone',
  'npm start': 'it is what these commands talk to; runner.test.ts runs it',
  'npm start -- --one-process': 'one-process.test.ts runs it',
  'npm test': 'it is what runs this',
  'npm run bench': 'it measures for minutes',
}

const withoutComment = (line: string): string => line.replace(/\s+#(?: .*)?$/, '').trimEnd()

/** Every command of README in its order: the lines of its blocks, and what begins with `npm` or `curl` in its sentences. */
export const readmeCommands = (): string[] => {
  // Blocks stand at the odd places.
  const pieces = read('README.md').split(/^```[a-z]*\n([\s\S]*?)^```$/m)
  return pieces
    .flatMap((piece, index) =>
      index % 2 === 1
        ? piece.split('\n').map(withoutComment)
        : [...piece.matchAll(/`((?:npm|curl) [^`]+)`/g)].map(([, code = '']) => code.replaceAll(/\s+/g, ' ')),
    )
    .filter((text) => /^(?:npm|curl|git|[A-Z]+=\$\()/.test(text))
}

const sample = '---\ntitle: An old post\n---\nFrom elsewhere.\n'

/** These need the services stopped. */
export const needsStop = (command: string): boolean => /\brestore\b/.test(command)

/** Makes what placeholders of README stand for, below a folder, and fills them in. */
export const filledIn = async (folder: string): Promise<(command: string) => string> => {
  const blog = join(folder, 'old-blog')
  await mkdir(join(blog, '_posts'), { recursive: true })
  await writeFile(join(blog, '_posts', '2020-01-02-an-old-post.md'), sample)
  return (command) =>
    command
      .replace('<export.xml or folder>', blog)
      // What is restored is what was backed up.
      .replace(/<(?:file|(?:new )?folder)>/, join(folder, command.replaceAll(/backup|restore|[^a-z]+/g, '-')))
}

// A read waits until the view has it, as a person would; a stream is given a moment; anything else must succeed at once.
const prelude = `
set -eu -o pipefail
curl() {
  case " $* " in
    *' -N '*) command curl -sS --fail --max-time 1 "$@" || [ $? = 28 ] ;;
    *' -d '*) command curl -sS --fail-with-body "$@" ;;
    *) command curl -sS --fail --retry 100 --retry-all-errors --retry-delay 1 --retry-max-time 40 "$@" ;;
  esac
  echo
}
`

const withPorts = ({ place: { ports } }: Logbook, command: string): string =>
  serviceNames.reduce(
    (text, name) => text.replaceAll(`localhost:${defaultPorts[name]}`, `localhost:${ports[name]}`),
    command,
  )

/** The commands as one script for this Logbook, which ends at the first that fails and says on stderr what it runs. */
export const scriptFor = (logbook: Logbook, commands: readonly string[]): string => {
  const lines = commands.flatMap((command) => [
    `printf '%s\\n' ${`'$ ${command.replaceAll("'", `'\\''`)}'`} >&2`,
    withPorts(logbook, command),
  ])
  return prelude + lines.join('\n')
}

/** What tells the tools of the repository which Logbook is meant. */
export const environmentFor = ({ place }: Logbook): NodeJS.ProcessEnv => ({
  ...process.env,
  LOGBOOK_DATA: place.dataFolder,
  ...Object.fromEntries(serviceNames.map((name) => [portVariable(name), String(place.ports[name])])),
})
