// Reads frames from stdin and writes each again: decoded and encoded by the client.

import { decodePayload, encodeFrame, FrameReader } from "@litebase/client";

const frames = new FrameReader();
for await (const chunk of process.stdin) {
  for (const payload of frames.read(chunk as Uint8Array)) process.stdout.write(encodeFrame(decodePayload(payload)));
}
