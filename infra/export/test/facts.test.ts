import { readFileSync } from 'node:fs'
import { eventTypes } from '@logbook/contracts/events/catalog.ts'
import { expect, it } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('the table of what an export keeps names every fact of the log, once', () => {
  const firstCells = [...readme.matchAll(/^\| (`[A-Z][^|]*) \|/gm)].map(([, cell = '']) => cell)
  const named = firstCells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name))
  expect(named.toSorted()).toEqual([...eventTypes].toSorted())
})
