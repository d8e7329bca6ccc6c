import { type Line, serve } from "./analyst/serve.ts";

// What a module worker runs; the self-contained script does the same when it finds itself in a worker.
const line: Line = {
  onmessage: null,
  postMessage: (word, transfer) => self.postMessage(word, { transfer }),
};
self.onmessage = (event) => line.onmessage?.(event);
serve(line);
