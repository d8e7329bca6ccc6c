// Parses a dump with JSON.parse and does nothing else: what a listing is compared with. One that no string can hold is parsed in pieces.
import { constants } from "node:buffer";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";

const PIECE = 268_435_456;
/** As the bench writes dumps, items end in such a line. */
const ITEM_END = "\n        }";

const [path = ""] = process.argv.slice(2);
if (statSync(path).size <= constants.MAX_STRING_LENGTH) JSON.parse(readFileSync(path, "utf8"));
else for (const text of pieces()) JSON.parse(text);

/** Lists of the whole items between one cut and the next. */
function* pieces() {
  const file = openSync(path, "r");
  const buffer = Buffer.allocUnsafe(PIECE);
  let rest = "";
  for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
    const text = rest + buffer.toString("latin1", 0, length);
    const start = rest === "" ? text.indexOf("[") + 1 : 0;
    const end = text.lastIndexOf(ITEM_END) + ITEM_END.length;
    yield `[${text.slice(start, end)}]`;
    rest = text.slice(end + 1);
  }
  closeSync(file);
}
