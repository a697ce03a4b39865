import { createFairQueue } from './fair-queue.ts'
import type { Job } from './job.ts'
import { limits } from './limits.ts'
import { createSeat, type Outcome, type Seat } from './seat.ts'

interface Task {
  jobs: readonly Job[]
  settle: (outcome: Outcome) => void
}

export interface Pool {
  /** Does jobs in one thread when it is their owner's turn; `unavailable` if too many wait or the pool is closed. Never rejects. */
  run(owner: object, jobs: readonly Job[]): Promise<Outcome>
  /** Jobs that wait for a thread; those of one batch count as one. */
  waiting(): number
  close(): Promise<void>
}

/** So many threads and a bounded queue in front of them. */
export const createPool = ({ file, threads }: { file: URL; threads: number }): Pool => {
  const seats: readonly Seat[] = Array.from({ length: threads }, () => createSeat(file))
  const free = [...seats]
  const queue = createFairQueue<Task>()

  const seatNext = (): void => {
    const seat = free.at(-1)
    const task = seat && queue.take()
    if (seat === undefined || task === undefined) return
    free.pop()
    void seat.run(task.jobs).then((outcome) => {
      free.push(seat)
      task.settle(outcome)
      seatNext()
    })
  }

  return {
    run: (owner, jobs) =>
      new Promise((settle) => {
        if (queue.size >= limits.jobsMax) return settle('unavailable')
        queue.add(owner, { jobs, settle })
        seatNext()
      }),
    waiting: () => queue.size,
    async close() {
      await Promise.all(seats.map((seat) => seat.close()))
    },
  }
}
