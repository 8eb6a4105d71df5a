// The details of an error follow from its code.

import type { ErrorCode, ErrorData, ErrorDetailsByCode, KnownErrorCode, QueryFailedDetails } from "@litebase/client";

import { give, type Same } from "./give.js";

declare const data: ErrorData;
declare const details: ErrorDetailsByCode;

give<Same<keyof ErrorDetailsByCode, KnownErrorCode>>(true);
give<Same<ErrorDetailsByCode["query_failed"], QueryFailedDetails>>(true);
give<undefined>(details.cancelled);
give<number | null | undefined>(details.query_failed.position);
give<string>(details.invalid_message.path);
// @ts-expect-error TS2339 a limit has no path
give<string>(details.limit_exceeded.path);
// @ts-expect-error TS18048 this code has no details
give<string>(details.cancelled.path);
// @ts-expect-error TS2339 no error has this code
give<unknown>(details.no_such_code);

give<ErrorCode>("a_code_of_a_later_version");
// @ts-expect-error TS2345 a code need not be known
give<KnownErrorCode>(data.code);
// @ts-expect-error TS2345 without its code, nothing is known of an error's details
give<QueryFailedDetails>(data.details);
