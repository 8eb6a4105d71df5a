// How a file is read that is imported: what was found out, and can be said otherwise.

import type { DateOrder, FileEncoding, PreviewImportResponse } from "@litebase/client";
import { Show, type JSX } from "solid-js";
import type { Reading } from "../state/imports";
import { Field, SelectField } from "./Field";

const SEPARATORS = [
  [",", "Comma"],
  [";", "Semicolon"],
  ["\t", "Tab"],
  ["|", "Bar"],
] as const;
const DATES = [
  ["", "2025-12-31 only"],
  ["dmy", "31/12/2025"],
  ["mdy", "12/31/2025"],
  ["ymd", "2025/12/31"],
] as const;
const ENCODINGS: readonly FileEncoding[] = [
  "utf-8",
  "utf-16-le",
  "utf-16-be",
  "windows-1250",
  "windows-1251",
  "windows-1252",
  "windows-1253",
  "windows-1254",
  "windows-1257",
  "iso-8859-1",
  "iso-8859-2",
  "iso-8859-9",
  "iso-8859-15",
  "koi8-r",
  "shift_jis",
  "euc-jp",
  "gb18030",
  "big5",
  "euc-kr",
];

export function ReadingFields(props: {
  preview: PreviewImportResponse;
  onChange: (reading: Reading) => void;
}): JSX.Element {
  const options = () => props.preview.options;
  const separators = (): readonly (readonly [string, string])[] => {
    const now = options().separator ?? ",";
    return SEPARATORS.some(([mark]) => mark === now) ? SEPARATORS : [...SEPARATORS, [now, now]];
  };
  const isWorkbook = (): boolean => ["xlsx", "xls", "ods"].includes(props.preview.format);
  const isText = (): boolean => ["csv", "tsv"].includes(props.preview.format);
  return (
    <div class="fields four">
      <Show when={props.preview.format === "csv"}>
        <SelectField
          label="Separator"
          value={options().separator ?? ","}
          options={separators()}
          onChange={(separator) => props.onChange({ separator })}
        />
      </Show>
      <Show when={props.preview.encoding}>
        {(encoding) => (
          <SelectField
            label="Encoding"
            value={encoding()}
            options={ENCODINGS.map((one) => [one, one] as const)}
            onChange={(one) => props.onChange({ encoding: one })}
          />
        )}
      </Show>
      <Show when={isWorkbook()}>
        <Field
          label="Sheet"
          value={options().sheet ?? ""}
          placeholder="the first one"
          onChange={(sheet) => props.onChange({ sheet: sheet === "" ? null : sheet })}
        />
      </Show>
      <SelectField
        label="Dates"
        value={options().date_order ?? ""}
        options={DATES}
        onChange={(order) => props.onChange({ date_order: order === "" ? null : (order as DateOrder) })}
      />
      <Show when={isWorkbook() || isText()}>
        <SelectField
          label="First row"
          value={options().header === true ? "names" : "rows"}
          options={[
            ["names", "Names of columns"],
            ["rows", "A row like others"],
          ]}
          onChange={(first) => props.onChange({ header: first === "names" })}
        />
      </Show>
    </div>
  );
}
