// The exports of `@litebase/client/node`: the transports that need Node.js.

export { spawnTransport, type SpawnOptions } from "./node_process.js";
export { tcpTransport, unixTransport, type TcpOptions, type UnixOptions } from "./node_socket.js";
