import { Refused } from '@logbook/chassis/start/command-line.ts'
import { counted } from '@logbook/contracts/words.ts'
import {
  type World as BusWorld,
  createCommand as createBusCommand,
} from '@logbook/event-bus/tool/commands.ts'
import { type Command, InvalidArgumentError } from 'commander'
import { type AllParked, listParked, retryParked } from './parked.ts'
import { printable } from './printable.ts'
import { runningBlogOf } from './running-blog.ts'
import { type TailOptions, tail } from './tail.ts'

export interface World extends BusWorld {
  /** Aborts when the person at the terminal has seen enough. Until it is called, Ctrl-C ends the process. */
  interrupted: () => AbortSignal
}

const toPosition = (text: string): number => {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('It must be a position, from 1.')
  return Number(text)
}

const toList = (text: string): string[] => {
  const list = text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)
  if (list.length === 0) throw new InvalidArgumentError('It must be names with commas between.')
  return list
}

const addTail = (command: Command, world: World): void => {
  command
    .command('tail')
    .description(
      'print events as they are appended to the log of the running blog, personal data in the clear',
    )
    .option('--types <types>', 'only these, with commas between: CommentCreated,CommentModerated', toList)
    .option(
      '--from <position>',
      'begin with this position; without it, with what is appended next',
      toPosition,
    )
    .option('--subject <stream>', 'only of this stream: comment-<id>')
    .addHelpText('after', '\nWith --json, one event a line as the log has it. Ctrl-C ends it.\n')
    .action(async (options: Omit<TailOptions, 'json'>, { parent }: Command) => {
      const { json = false } = parent?.opts<{ json?: boolean }>() ?? {}
      await tail(runningBlogOf(world.env), { ...options, json }, { ...world, signal: world.interrupted() })
    })
}

const linesOf = ({ items, more }: AllParked): string => {
  if (items.length === 0) return 'Nothing is parked.\n'
  const lines = items.flatMap(({ id, subject, reason, since }) => [
    printable(id),
    `  ${printable(subject)}, since ${since ?? 'an earlier release'}: ${printable(reason)}`,
  ])
  return [...lines, ...more.map((name) => `${name} has more.`), ''].join('\n')
}

const addParked = (command: Command, { env, stdout }: World): void => {
  const isJson = () => command.opts<{ json?: boolean }>().json === true
  command
    .command('parked')
    .description(
      'list what services of the running blog gave up: events, reactions, messages, jobs, deliveries',
    )
    .addHelpText(
      'after',
      '\nEach with its id, what it is about, since when, and why. With --json as one object.\n',
    )
    .action(async () => {
      const all = await listParked(runningBlogOf(env))
      stdout.write(isJson() ? `${JSON.stringify(all)}\n` : linesOf(all))
      const silent = all.silent.map(({ service, why }) => `${service} (${why})`)
      if (silent.length > 0) throw new Refused(`Not asked: ${silent.join(', ')}.`)
    })
  command
    .command('retry')
    .description(
      'try again what is parked: items by the ids that parked lists, all of a service, or everything',
    )
    .argument('[ids...]', 'comments/event-42, notifications, event-bus/<subscription>')
    .option('--all', 'everything', false)
    .action(async (ids: string[], { all }: { all: boolean }) => {
      if (all === ids.length > 0) throw new Refused('Name what is to be tried again, or --all.')
      const retried = await retryParked(runningBlogOf(env), all ? 'all' : ids)
      const text = `${counted(retried, 'item is', 'items are')} tried again. npm run log -- parked lists what fails again.\n`
      stdout.write(isJson() ? `${JSON.stringify({ retried })}\n` : text)
    })
}

/** `npm run log --`: what is done to the log as a whole, and what asks the running blog. */
export const createCommand = (world: World): Command => {
  const command = createBusCommand(world)
  addTail(command, world)
  addParked(command, world)
  return command
}
