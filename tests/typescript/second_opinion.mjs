// Reads a JSON Schema on stdin and writes what json-schema-to-typescript makes of it. Run in the package's folder.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const require = createRequire(`${process.cwd()}/package.json`);
const { compile } = require("json-schema-to-typescript");

const schema = JSON.parse(await text(process.stdin));
const options = { additionalProperties: false, bannerComment: "", format: false, ignoreMinAndMaxItems: true };
process.stdout.write(await compile(schema, "Theirs", options));
