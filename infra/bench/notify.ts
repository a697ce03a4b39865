import { printTable } from './bus-table.ts'
import { measureMails } from './notify-mails.ts'
import { measureQuestions } from './notify-questions.ts'

const measured = [...(await measureMails()), await measureQuestions()]
printTable(measured.flatMap((row) => ('skipped' in row ? [] : [row])))
for (const row of measured) if ('skipped' in row) console.log(`skipped: ${row.skipped}`)
