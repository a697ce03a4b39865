import type { Cause } from '@logbook/chassis/command/cause.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import { mediaSubject } from '@logbook/contracts/events/media.ts'
import { decide, type MediaCommand } from '../domain/decide.ts'
import type { MediaEvent, Medium } from '../domain/medium.ts'

/** Handles a command on a medium and resolves to the state after it. */
export type HandleJob = ReturnType<typeof createJobHandler>

export const createJobHandler =
  (media: CommandHandler<Medium, MediaEvent>) =>
  (id: string, command: MediaCommand, cause: Cause = {}) =>
    media.handle({ ...cause, subject: mediaSubject(id), decide: (medium) => decide(medium, command) })
