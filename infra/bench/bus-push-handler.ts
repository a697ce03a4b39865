import express from 'express'

/** An ordinary Express application that takes events. Asked by message, it says how many came. */
const app = express()
let count = 0
app.use(express.json())
app.post('/events', ({ body: { type } }, res) => {
  if (typeof type === 'string') count += 1
  res.sendStatus(200)
})
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  process.send?.({ url: `http://127.0.0.1:${port}` })
})
process.on('message', () => process.send?.({ count }))
