import {
  type World as BusWorld,
  createCommand as createBusCommand,
} from '@logbook/event-bus/tool/commands.ts'
import { type Command, InvalidArgumentError } from 'commander'
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

/** `npm run log --`: what is done to the log as a whole, and what asks the running blog. */
export const createCommand = (world: World): Command => {
  const command = createBusCommand(world)
  addTail(command, world)
  return command
}
