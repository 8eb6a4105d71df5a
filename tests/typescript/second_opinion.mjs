// Reads a JSON Schema on stdin and writes what json-schema-to-typescript makes of it.
import { text } from "node:stream/consumers";
import { compile } from "json-schema-to-typescript";

const schema = JSON.parse(await text(process.stdin));
const options = { additionalProperties: false, bannerComment: "", format: false, ignoreMinAndMaxItems: true };
process.stdout.write(await compile(schema, "Theirs", options));
