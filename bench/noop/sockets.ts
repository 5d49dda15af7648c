import { createServer } from 'node:net';

// A server that answers every request at once without reading it: what the load generator can do against it is the most
// that it can do at all. Bare sockets, because an HTTP server would be measured instead.

const ANSWER = 'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', () => socket.write(ANSWER, 'latin1'));
  socket.on('error', () => socket.destroy());
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
